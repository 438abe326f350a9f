import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { ProvenBodies } from '../contribution.ts';
import type { Settings } from '../settings.ts';
import { deliveredLogs } from './delivered-logs.ts';
import { rulesOf, seenAs } from './waf-rules.ts';

export interface WafArgs {
  readonly settings: Settings;
  readonly loadBalancerArn: pulumi.Input<string>;
  readonly provenBodies: readonly ProvenBodies[];
  readonly logKey: aws.kms.Key;
}

/** Floods and what is known to be hostile, before the service. It is the first wall and never the only one. */
export class Waf extends pulumi.ComponentResource {
  readonly acl: aws.wafv2.WebAcl;

  constructor(name: string, args: WafArgs, options: pulumi.ComponentResourceOptions) {
    super('app:infra:Waf', name, {}, options);
    const { settings, loadBalancerArn, provenBodies, logKey } = args;
    const called = `${settings.project}-${settings.environment}`;
    this.acl = new aws.wafv2.WebAcl(
      name,
      {
        scope: 'REGIONAL',
        defaultAction: { allow: {} },
        rules: rulesOf(provenBodies).map((rule, priority) => ({ ...rule, priority })),
        visibilityConfig: seenAs(`${called}-waf`),
      },
      { parent: this },
    );
    new aws.wafv2.WebAclAssociation(
      name,
      { webAclArn: this.acl.arn, resourceArn: loadBalancerArn },
      { parent: this },
    );
    // AWS takes no log for it whose name begins otherwise.
    const { logs, opened } = deliveredLogs(
      name,
      { waf: `aws-waf-logs-${called}` },
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
      { parent: this, dependsOn: [opened] },
    );
    this.registerOutputs({});
  }
}
