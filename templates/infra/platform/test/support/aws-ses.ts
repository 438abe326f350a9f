import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { clientConfig } from '../../src/aws/client.ts';
import type { Mail } from '../../src/mail/mail.ts';
import type { TestAws } from './aws.ts';
import type { Answer, Asked } from './aws-wire.ts';
import { json, refused } from './aws-wire.ts';

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

/** SES as it is with an identity of its own: what it has taken over is put into `sent`. */
export function answerSes(sent: Mail[]): (asked: Asked) => Answer | undefined {
  const identities = new Set<string>();
  return ({ service, method, url, body, note }) => {
    if (service !== 'ses' || method !== 'POST') return undefined;
    const asked: unknown = JSON.parse(body.toString('utf8'));
    if (url.pathname === '/v2/email/identities') {
      note('CreateEmailIdentity');
      identities.add((asked as { readonly EmailIdentity: string }).EmailIdentity);
      return json({});
    }
    if (url.pathname !== '/v2/email/outbound-emails') return undefined;
    note('SendEmail');
    const { FromEmailAddress, Destination, Content } = asked as Sending;
    if (!identities.has(FromEmailAddress)) return refused(400, 'MessageRejected');
    const { Subject, Body } = Content.Simple;
    for (const to of Destination.ToAddresses)
      sent.push({ to: to as Mail['to'], subject: Subject.Data, text: Body.Text.Data });
    return json({ MessageId: 'sent' });
  };
}

/** A deploy proves that the address is ours, once; another server than the stand-in keeps it. */
export async function makeSender({ access, endpoint }: TestAws, address: string): Promise<void> {
  const client = new SESv2Client(clientConfig(access, endpoint));
  await client.send(new CreateEmailIdentityCommand({ EmailIdentity: address })).catch(() => {});
}
