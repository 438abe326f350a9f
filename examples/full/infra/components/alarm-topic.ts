import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import { allow, deny, exactly, policy } from '../iam.ts';

const PUBLISHERS = ['cloudwatch.amazonaws.com', 'events.amazonaws.com'];

/** The one place to which alarms go. Only AWS itself publishes there, on behalf of this account. */
export function alarmTopic(
  settings: Settings,
  key: aws.kms.Key,
  parent: pulumi.Resource,
): aws.sns.Topic {
  const name = `${settings.project}-${settings.environment}-alarms`;
  const topic = new aws.sns.Topic(
    'alarms',
    { name, kmsMasterKeyId: key.arn },
    { parent, protect: true },
  );
  new aws.sns.TopicPolicy(
    'alarms',
    { arn: topic.arn, policy: publishedBy(topic, settings.accountId, PUBLISHERS) },
    { parent },
  );
  if (settings.alertEmail !== undefined) {
    new aws.sns.TopicSubscription(
      'alarms-mail',
      { topic: topic.arn, protocol: 'email', endpoint: settings.alertEmail },
      { parent },
    );
  }
  return topic;
}

/** AWS asks on behalf of whoever set it up: without the condition, on behalf of another customer too. */
export function publishedBy(
  topic: aws.sns.Topic,
  accountId: string,
  services: readonly string[],
): pulumi.Output<string> {
  const publish = { actions: ['sns:Publish'], on: [exactly(topic.arn)] } as const;
  return policy([
    ...services.map((service) =>
      allow({
        ...publish,
        to: { service },
        when: { StringEquals: { 'aws:SourceAccount': accountId } },
      }),
    ),
    deny({
      ...publish,
      sid: 'TlsOnly',
      toAnybody: true,
      when: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
  ]);
}
