import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';

/** TLS 1.3 alone, with key exchange that holds against what records today and breaks it later. */
const TLS_POLICY = 'ELBSecurityPolicy-TLS13-1-3-PQ-2025-09';

/** For another host name there is nothing here, whatever certificate it came in under. */
export function listen(
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
