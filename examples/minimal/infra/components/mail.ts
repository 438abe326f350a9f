import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import { createMetricAlarm, publishPolicy } from './alarms.ts';
import type { MailIdentity } from './contribution.ts';

interface MailArgs {
  readonly settings: Settings;
  readonly identities: readonly MailIdentity[];
  readonly key: aws.kms.Key;
  /** The topic of the alarms. */
  readonly topic: aws.sns.Topic;
}

/** AWS suspends sending at 10 % bounces or 0.5 % complaints. The alarms go off before. */
const REPUTATION = [
  { metric: 'Reputation.BounceRate', name: 'mail-bounces', threshold: 0.05 },
  { metric: 'Reputation.ComplaintRate', name: 'mail-complaints', threshold: 0.001 },
] as const;

/** SES: DKIM-signed mail over TLS only, and a topic with bounces and complaints. */
export class Mail extends pulumi.ComponentResource {
  /** Bounces and complaints. They contain addresses of users, so the topic of the alarms does not carry them. */
  readonly events: aws.sns.Topic;
  readonly #identities: ReadonlyMap<string, aws.sesv2.EmailIdentity>;

  constructor(name: string, { settings, identities, key, topic }: MailArgs) {
    super('app:infra:Mail', name);
    const set = new aws.sesv2.ConfigurationSet(
      'mail',
      {
        configurationSetName: `${settings.project}-${settings.environment}`,
        deliveryOptions: { tlsPolicy: 'REQUIRE' },
        reputationOptions: { reputationMetricsEnabled: true },
        suppressionOptions: { suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
      },
      { parent: this },
    );
    this.events = this.#createEvents(set, settings, key);
    this.#identities = new Map(identities.map(({ from }) => [from, this.#identity(from, set)]));
    for (const { metric, name: alarm, threshold } of REPUTATION) {
      createMetricAlarm(
        settings,
        topic,
        alarm,
        { why: 'AWS stops sending soon, and nobody can sign in', playbook: 'mail-is-refused.md' },
        {
          namespace: 'AWS/SES',
          metricName: metric,
          statistic: 'Maximum',
          period: 3600,
          evaluationPeriods: 1,
          threshold,
        },
        this,
      );
    }
    this.registerOutputs();
  }

  identity(from: string): aws.sesv2.EmailIdentity {
    const identity = this.#identities.get(from);
    if (identity === undefined) throw new Error(`No module sends mail from ${from}.`);
    return identity;
  }

  #identity(from: string, set: aws.sesv2.ConfigurationSet): aws.sesv2.EmailIdentity {
    return new aws.sesv2.EmailIdentity(
      `mail-${from}`,
      {
        emailIdentity: from,
        configurationSetName: set.configurationSetName,
        dkimSigningAttributes: { nextSigningKeyLength: 'RSA_2048_BIT' },
      },
      { parent: this, protect: true },
    );
  }

  #createEvents(
    set: aws.sesv2.ConfigurationSet,
    settings: Settings,
    key: aws.kms.Key,
  ): aws.sns.Topic {
    const events = new aws.sns.Topic(
      'mail',
      { name: `${settings.project}-${settings.environment}-mail`, kmsMasterKeyId: key.arn },
      { parent: this },
    );
    const policy = publishPolicy(events, settings.accountId, ['ses.amazonaws.com']);
    const access = new aws.sns.TopicPolicy('mail', { arn: events.arn, policy }, { parent: this });
    new aws.sesv2.ConfigurationSetEventDestination(
      'mail',
      {
        configurationSetName: set.configurationSetName,
        eventDestinationName: 'events',
        eventDestination: {
          enabled: true,
          matchingEventTypes: ['BOUNCE', 'COMPLAINT', 'REJECT', 'RENDERING_FAILURE'],
          snsDestination: { topicArn: events.arn },
        },
      },
      { parent: this, dependsOn: [access] },
    );
    return events;
  }
}
