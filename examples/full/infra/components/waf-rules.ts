import type * as aws from '@pulumi/aws';
import type { ProvenBodies } from '../contribution.ts';

type Rule = aws.types.input.wafv2.WebAclRule;
type Statement = aws.types.input.wafv2.WebAclRuleStatement;

const COMMON = 'AWSManagedRulesCommonRuleSet';
const WINDOW_SECONDS = 60;
// Four times what the service itself takes from a network: this one is for floods, which should not even reach it.
const REQUESTS_IN_WINDOW = 4_800;
// A provider sends its busiest minute from few addresses, and the service drops what is not signed.
const DELIVERIES_IN_WINDOW = 60_000;

// Rules that look for patterns in a body, and what each says of a match.
const OF_BODIES: readonly (readonly [rule: string, label: string])[] = [
  ['EC2MetaDataSSRF_BODY', 'EC2MetaDataSSRF_Body'],
  ['GenericLFI_BODY', 'GenericLFI_Body'],
  ['GenericRFI_BODY', 'GenericRFI_Body'],
  ['CrossSiteScripting_BODY', 'CrossSiteScripting_Body'],
];

/** In the order in which a request meets them. */
export function rulesOf(proven: readonly ProvenBodies[]): readonly Omit<Rule, 'priority'>[] {
  const paths = proven.map(({ path }) => startsWith(path));
  return [
    rateRule('flood', REQUESTS_IN_WINDOW, paths.length > 0 ? not(any(paths)) : undefined),
    ...(paths.length > 0 ? [rateRule('delivery-flood', DELIVERIES_IN_WINDOW, any(paths))] : []),
    managed('AWSManagedRulesAmazonIpReputationList', []),
    managed('AWSManagedRulesKnownBadInputsRuleSet', []),
    managed(COMMON, [
      // It is about the first 8 KiB, all that is looked at. The service measures each body whole, and takes 64 KiB.
      'SizeRestrictions_BODY',
      ...(paths.length > 0 ? OF_BODIES.map(([rule]) => rule) : []),
    ]),
    ...(paths.length > 0 ? [hostileBodies(paths)] : []),
  ];
}

// What the counted rules have found is blocked here, but where a signature is the judge.
function hostileBodies(paths: readonly Statement[]): Omit<Rule, 'priority'> {
  const found = OF_BODIES.map(([, label]) => ({
    labelMatchStatement: { scope: 'LABEL', key: `awswaf:managed:aws:core-rule-set:${label}` },
  }));
  return {
    name: 'hostile-bodies',
    action: { block: {} },
    statement: { andStatement: { statements: [any(found), not(any(paths))] } },
    visibilityConfig: seenAs('hostile-bodies'),
  };
}

function managed(name: string, counted: readonly string[]): Omit<Rule, 'priority'> {
  const ruleActionOverrides = counted.map((rule) => ({ name: rule, actionToUse: { count: {} } }));
  return {
    name,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name, ruleActionOverrides } },
    visibilityConfig: seenAs(name),
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
    visibilityConfig: seenAs(name),
  };
}

// As it comes: whoever writes the path another way is judged as everybody is.
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

/** No samples: they would keep requests, cookies and all, where nobody asked for them. */
export function seenAs(metricName: string) {
  return { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}
