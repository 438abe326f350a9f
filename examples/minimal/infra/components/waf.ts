import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import type { ProvenBodies } from './contribution.ts';
import { createServiceLogs } from './logs.ts';

interface WafArgs {
  readonly settings: Settings;
  readonly loadBalancerArn: pulumi.Input<string>;
  readonly provenBodies: readonly ProvenBodies[];
  readonly logKey: aws.kms.Key;
}

/** Blocks floods and known attacks before the service, which does not rely on it. */
export class Waf extends pulumi.ComponentResource {
  readonly acl: aws.wafv2.WebAcl;

  constructor(name: string, args: WafArgs, options: pulumi.ComponentResourceOptions) {
    super('app:infra:Waf', name, {}, options);
    const { settings, loadBalancerArn, provenBodies, logKey } = args;
    const stack = `${settings.project}-${settings.environment}`;
    this.acl = new aws.wafv2.WebAcl(
      name,
      {
        scope: 'REGIONAL',
        defaultAction: { allow: {} },
        rules: rulesOf(provenBodies).map((rule, priority) => ({ ...rule, priority })),
        visibilityConfig: visibilityOf(`${stack}-waf`),
      },
      { parent: this },
    );
    new aws.wafv2.WebAclAssociation(
      name,
      { webAclArn: this.acl.arn, resourceArn: loadBalancerArn },
      { parent: this },
    );
    // AWS requires this prefix of the log's name.
    const { logs, access } = createServiceLogs(
      name,
      { waf: `aws-waf-logs-${stack}` },
      logKey,
      settings,
      this,
    );
    new aws.wafv2.WebAclLoggingConfiguration(
      name,
      {
        resourceArn: this.acl.arn,
        logDestinationConfigs: logs.map(({ arn }) => arn),
        redactedFields: ['authorization', 'cookie'].map((header) => ({
          singleHeader: { name: header },
        })),
      },
      { parent: this, dependsOn: [access] },
    );
    this.registerOutputs({});
  }
}

type Rule = aws.types.input.wafv2.WebAclRule;
type Statement = aws.types.input.wafv2.WebAclRuleStatement;

const COMMON = 'AWSManagedRulesCommonRuleSet';
const WINDOW_SECONDS = 60;
// Four times the service's own rate limit per network: this one stops floods before they reach the service.
const REQUESTS_IN_WINDOW = 4_800;
// A provider sends its busiest minute from few addresses, and the service refuses unsigned deliveries.
const DELIVERIES_IN_WINDOW = 60_000;

// Rules that match patterns in a body, and the label that each sets on a match.
const BODY_RULES: readonly (readonly [rule: string, label: string])[] = [
  ['EC2MetaDataSSRF_BODY', 'EC2MetaDataSSRF_Body'],
  ['GenericLFI_BODY', 'GenericLFI_Body'],
  ['GenericRFI_BODY', 'GenericRFI_Body'],
  ['CrossSiteScripting_BODY', 'CrossSiteScripting_Body'],
];

/** In the order in which WAF evaluates them. */
function rulesOf(proven: readonly ProvenBodies[]): readonly Omit<Rule, 'priority'>[] {
  const paths = proven.map(({ path }) => startsWith(path));
  return [
    rateRule('flood', REQUESTS_IN_WINDOW, paths.length > 0 ? not(any(paths)) : undefined),
    ...(paths.length > 0 ? [rateRule('delivery-flood', DELIVERIES_IN_WINDOW, any(paths))] : []),
    managed('AWSManagedRulesAmazonIpReputationList', []),
    managed('AWSManagedRulesKnownBadInputsRuleSet', []),
    managed(COMMON, [
      // WAF inspects the first 8 KiB only. The service accepts bodies of 64 KiB and measures each whole body.
      'SizeRestrictions_BODY',
      ...(paths.length > 0 ? BODY_RULES.map(([rule]) => rule) : []),
    ]),
    ...(paths.length > 0 ? [hostileBodies(paths)] : []),
  ];
}

// Blocks what the counted rules labelled, except on paths where the service verifies a signature.
function hostileBodies(paths: readonly Statement[]): Omit<Rule, 'priority'> {
  const found = BODY_RULES.map(([, label]) => ({
    labelMatchStatement: { scope: 'LABEL', key: `awswaf:managed:aws:core-rule-set:${label}` },
  }));
  return {
    name: 'hostile-bodies',
    action: { block: {} },
    statement: { andStatement: { statements: [any(found), not(any(paths))] } },
    visibilityConfig: visibilityOf('hostile-bodies'),
  };
}

function managed(name: string, counted: readonly string[]): Omit<Rule, 'priority'> {
  const ruleActionOverrides = counted.map((rule) => ({ name: rule, actionToUse: { count: {} } }));
  return {
    name,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name, ruleActionOverrides } },
    visibilityConfig: visibilityOf(name),
  };
}

function rateRule(name: string, limit: number, of: Statement | undefined): Omit<Rule, 'priority'> {
  return {
    name,
    action: { block: { customResponse: { responseCode: 429 } } },
    statement: {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        evaluationWindowSec: WINDOW_SECONDS,
        limit,
        ...(of && { scopeDownStatement: of }),
      },
    },
    visibilityConfig: visibilityOf(name),
  };
}

// Without transformations: a request with another spelling of the path gets no exception.
function startsWith(searchString: string): Statement {
  return {
    byteMatchStatement: {
      fieldToMatch: { uriPath: {} },
      positionalConstraint: 'STARTS_WITH',
      searchString,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
}

function any(statements: readonly Statement[]): Statement {
  const [first, ...others] = statements;
  return others.length === 0 && first ? first : { orStatement: { statements: [...statements] } };
}

function not(statement: Statement): Statement {
  return { notStatement: { statement } };
}

/** No samples: they would store requests with their cookies. */
function visibilityOf(metricName: string) {
  return { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}
