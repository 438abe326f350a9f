import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { ProvenBodies } from '../contribution.ts';
import type { Settings } from '../settings.ts';
import { listen } from './listeners.ts';
import type { Network } from './network.ts';
import { Waf } from './waf.ts';

export interface EdgeArgs {
  readonly settings: Settings;
  readonly network: Network;
  readonly securityGroupId: pulumi.Input<string>;
  /** Of the program behind it. */
  readonly port: number;
  readonly provenBodies: readonly ProvenBodies[];
  readonly trafficLogs: aws.s3.Bucket;
  readonly logKey: aws.kms.Key;
}

// Requests in flight at a shutdown get ten seconds in the service.
const DRAIN_SECONDS = 15;
// Longer than a handler takes, and shorter than the service keeps an idle connection (http/limits.ts): a request that meets
// the closing of its connection is lost.
const IDLE_SECONDS = 20;

/** What the internet sees: one host name, TLS, and nothing that reaches the service without having been here. */
export class Edge extends pulumi.ComponentResource {
  readonly loadBalancer: aws.lb.LoadBalancer;
  readonly targetGroup: aws.lb.TargetGroup;
  readonly webAcl: aws.wafv2.WebAcl;
  /** A service can only be put behind a target group that a listener uses. */
  readonly listener: aws.lb.Listener;

  constructor(name: string, args: EdgeArgs) {
    super('app:infra:Edge', name);
    const { settings, network, trafficLogs, logKey, provenBodies } = args;
    const logs = { bucket: trafficLogs.bucket, enabled: true };
    this.loadBalancer = new aws.lb.LoadBalancer(
      name,
      {
        loadBalancerType: 'application',
        internal: false,
        subnets: [...network.edge.subnetIds],
        securityGroups: [args.securityGroupId],
        dropInvalidHeaderFields: true,
        desyncMitigationMode: 'strictest',
        // It adds the address that it saw, and the service believes no other entry.
        xffHeaderProcessingMode: 'append',
        preserveHostHeader: true,
        idleTimeout: IDLE_SECONDS,
        enableDeletionProtection: true,
        // Where the WAF does not answer, neither does the service.
        enableWafFailOpen: false,
        accessLogs: { ...logs, prefix: 'edge' },
        connectionLogs: { ...logs, prefix: 'edge' },
      },
      { parent: this, protect: true },
    );
    this.targetGroup = this.#targets(name, network, args.port);
    this.listener = listen(settings, this.loadBalancer, this.targetGroup, this);
    const waf = new Waf(
      'waf',
      { settings, loadBalancerArn: this.loadBalancer.arn, provenBodies, logKey },
      { parent: this },
    );
    this.webAcl = waf.acl;
    this.registerOutputs({ host: this.loadBalancer.dnsName });
  }

  #targets(name: string, network: Network, port: number): aws.lb.TargetGroup {
    return new aws.lb.TargetGroup(
      name,
      {
        vpcId: network.vpcId,
        targetType: 'ip',
        protocol: 'HTTP',
        port,
        deregistrationDelay: DRAIN_SECONDS,
        // Whether it lives, not whether the database does: for that every task would be replaced, again and again.
        healthCheck: {
          path: '/livez',
          matcher: '200',
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
        },
      },
      { parent: this },
    );
  }
}
