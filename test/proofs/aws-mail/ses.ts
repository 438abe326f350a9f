import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { clientConfig } from '@app/platform/aws/client';
import type { Mail } from '@app/platform/mail/mail';
import type { AwsService, TestAws } from '../../platform/test/support/aws.ts';
import { requireThat } from '../../platform/test/support/aws.ts';

interface Sending {
  readonly FromEmailAddress: string;
  readonly Destination: { readonly ToAddresses: readonly string[] };
  readonly Content: {
    readonly Simple: {
      readonly Subject: { readonly Data: string };
      readonly Body: { readonly Text: { readonly Data: string } };
    };
  };
}

const DONE = { headers: { 'content-type': 'application/json' }, body: '{}' } as const;

/** SES with identities of its own: mails that it accepted are put into `sent`. */
export function answerSes(sent: Mail[]): AwsService {
  const identities = new Set<string>();
  return ({ service, method, url, body }) => {
    if (service !== 'ses' || method !== 'POST') return undefined;
    const asked: unknown = JSON.parse(body.toString('utf8'));
    if (url.pathname === '/v2/email/identities') {
      identities.add((asked as { readonly EmailIdentity: string }).EmailIdentity);
      return DONE;
    }
    if (url.pathname !== '/v2/email/outbound-emails') return undefined;
    const { FromEmailAddress, Destination, Content } = asked as Sending;
    requireThat(identities.has(FromEmailAddress), 'MessageRejected');
    const { Subject, Body } = Content.Simple;
    for (const to of Destination.ToAddresses)
      sent.push({ to: to as Mail['to'], subject: Subject.Data, text: Body.Text.Data });
    return DONE;
  };
}

/** A deploy verifies the sender address once; another server than the stand-in remembers it. */
export async function makeSender({ access, endpoint }: TestAws, address: string): Promise<void> {
  const client = new SESv2Client(clientConfig(access, endpoint));
  await client.send(new CreateEmailIdentityCommand({ EmailIdentity: address })).catch(() => {});
}
