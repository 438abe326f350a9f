import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import type { ProvenBodies } from './contribution.ts';
import type { Network } from './network.ts';
import { Waf } from './waf.ts';

interface LoadBalancerArgs {
  readonly settings: Settings;
  readonly network: Network;
  readonly securityGroupId: pulumi.Input<string>;
  /** The port of the program behind it. */
  readonly port: number;
  readonly provenBodies: readonly ProvenBodies[];
  readonly trafficLogs: aws.s3.Bucket;
  readonly logKey: aws.kms.Key;
}

// At shutdown the service gives requests in flight 10 seconds.
const DRAIN_SECONDS = 15;
// Longer than a handler, and shorter than the service's keep-alive: a request is lost if the service closes its connection.
const IDLE_SECONDS = 20;

/** The only entry from the internet: one host name, TLS, and the web application firewall. */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly dnsName: pulumi.Output<string>;
  readonly arnSuffix: pulumi.Output<string>;
  readonly targetGroup: aws.lb.TargetGroup;
  readonly webAcl: aws.wafv2.WebAcl;
  /** An ECS service can join a target group only after a listener uses it. */
  readonly listener: aws.lb.Listener;

  constructor(name: string, args: LoadBalancerArgs) {
    super('app:infra:Edge', name);
    const { settings, network, trafficLogs, logKey, provenBodies } = args;
    const logs = { bucket: trafficLogs.bucket, enabled: true };
    const balancer = new aws.lb.LoadBalancer(
      name,
      {
        loadBalancerType: 'application',
        internal: false,
        subnets: [...network.edge.subnetIds],
        securityGroups: [args.securityGroupId],
        dropInvalidHeaderFields: true,
        desyncMitigationMode: 'strictest',
        // It appends the client's address, and the service reads that entry only.
        xffHeaderProcessingMode: 'append',
        preserveHostHeader: true,
        idleTimeout: IDLE_SECONDS,
        enableDeletionProtection: true,
        // If the WAF fails, requests are refused.
        enableWafFailOpen: false,
        accessLogs: { ...logs, prefix: 'edge' },
        connectionLogs: { ...logs, prefix: 'edge' },
      },
      { parent: this, protect: true },
    );
    this.dnsName = balancer.dnsName;
    this.arnSuffix = balancer.arnSuffix;
    this.targetGroup = this.#createTargetGroup(name, network, args.port);
    this.listener = createListeners(settings, balancer, this.targetGroup, this);
    const waf = new Waf(
      'waf',
      { settings, loadBalancerArn: balancer.arn, provenBodies, logKey },
      { parent: this },
    );
    this.webAcl = waf.acl;
    this.registerOutputs({ host: balancer.dnsName });
  }

  #createTargetGroup(name: string, network: Network, port: number): aws.lb.TargetGroup {
    return new aws.lb.TargetGroup(
      name,
      {
        vpcId: network.vpcId,
        targetType: 'ip',
        protocol: 'HTTP',
        port,
        deregistrationDelay: DRAIN_SECONDS,
        // Liveness, not readiness: otherwise an outage of the database would replace every task, again and again.
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

/** TLS 1.3 only, with post-quantum key exchange: an attacker who records traffic today cannot decrypt it later. */
const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09';

/** Requests for another host name get 421, whatever certificate the connection used. */
function createListeners(
  { domain, certificateArn }: Settings,
  { arn: loadBalancerArn }: aws.lb.LoadBalancer,
  targetGroup: aws.lb.TargetGroup,
  parent: pulumi.Resource,
): aws.lb.Listener {
  new aws.lb.Listener(
    'http',
    {
      loadBalancerArn,
      port: 80,
      protocol: 'HTTP',
      defaultActions: [
        {
          type: 'redirect',
          redirect: { host: domain, port: '443', protocol: 'HTTPS', statusCode: 'HTTP_301' },
        },
      ],
    },
    { parent },
  );
  const https = new aws.lb.Listener(
    'https',
    {
      loadBalancerArn,
      port: 443,
      protocol: 'HTTPS',
      sslPolicy: TLS_POLICY,
      certificateArn,
      routingHttpResponseServerEnabled: false,
      defaultActions: [
        {
          type: 'fixed-response',
          fixedResponse: { contentType: 'text/plain', statusCode: '421' },
        },
      ],
    },
    { parent },
  );
  new aws.lb.ListenerRule(
    'host',
    {
      listenerArn: https.arn,
      priority: 1,
      conditions: [{ hostHeader: { values: [domain] } }],
      actions: [{ type: 'forward', targetGroupArn: targetGroup.arn }],
    },
    { parent },
  );
  return https;
}
