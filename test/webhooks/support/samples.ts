import { createHash, createHmac } from 'node:crypto';
import type { Delivery, Headers, Key, Sample, Schemes } from './types.ts';

const OURS = 'https://app.example/webhooks/acme?account=1';
const JSON_BODY = '{"id":"evt_1PqRsT2eZvKYlo2C","event_id":"Ev08MFMKH6","amount":1130}';
const FORM = 'CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&To=%2B18005551212';
const TIME = '1614265330';

/** A delivery of each scheme in each of its forms, and who may sign it. */
export function samplesOf(all: Schemes): readonly (readonly [name: string, Sample])[] {
  const keys = [1, 2].map((number) =>
    all.webhookKey(`key-${number}`, all.testSecret(number).toString('hex')),
  ) as [Key, Key];
  const send = (headers: Headers, body = JSON_BODY, url = OURS) =>
    all.deliveryOf(body, headers, url);
  const plain = (
    scheme: Sample['scheme'],
    header: string,
    value: (key: Key) => string,
    others: Headers = {},
  ): Sample => ({
    scheme,
    keys,
    signedBy: (key) => send({ ...others, [header]: value(key) }),
    headers: [header, ...Object.keys(others)],
  });
  return [
    ['standard-webhooks v1', standard(all, 'whsec_')],
    [
      'stripe',
      plain(
        all.stripe(),
        'stripe-signature',
        (key) => `t=${TIME},v1=${mac(key, `${TIME}.${JSON_BODY}`, 'hex')}`,
      ),
    ],
    [
      'github',
      plain(all.github(), 'x-hub-signature-256', (key) => `sha256=${mac(key, JSON_BODY, 'hex')}`),
    ],
    [
      'slack',
      plain(
        all.slack(),
        'x-slack-signature',
        (key) => `v0=${mac(key, `v0:${TIME}:${JSON_BODY}`, 'hex')}`,
        { 'x-slack-request-timestamp': TIME },
      ),
    ],
    [
      'square',
      {
        ...plain(all.square(), 'x-square-hmacsha256-signature', (key) =>
          mac(key, OURS + JSON_BODY, 'base64'),
        ),
        signsUrl: true,
      },
    ],
    [
      'shopify',
      plain(all.shopify(), 'x-shopify-hmac-sha256', (key) => mac(key, JSON_BODY, 'base64')),
    ],
    [
      'custom',
      plain(
        all.custom({
          signature: { header: 'x-signature', encoding: 'base64url', prefix: 'v=' },
          signed: '{id}.{timestamp}.{body}',
          timestamp: { header: 'x-time', unit: 's' },
          id: { header: 'x-id' },
        }),
        'x-signature',
        (key) => `v=${mac(key, `a1.${TIME}.${JSON_BODY}`, 'base64url')}`,
        { 'x-time': TIME, 'x-id': 'a1' },
      ),
    ],
    ['adyen', { scheme: all.adyen(), keys, signedBy: (key) => adyenItem(all, key), headers: [] }],
    ['twilio form', twilio(all, keys, 'form')],
    ['twilio JSON', twilio(all, keys, 'json')],
    ['http-signature hmac-sha256', httpSignature(all, all.shared, all.byShared)],
    ...Object.entries(all.kinds).map(
      ([name, pairOf]) => [`http-signature ${name}`, byPairs(all, pairOf)] as const,
    ),
  ];
}

function standard(all: Schemes, kind: string): Sample {
  const keys = [1, 2].map((number) =>
    all.webhookKey(`key-${number}`, kind + all.testSecret(number).toString('base64')),
  ) as [Key, Key];
  const message = {
    id: 'msg_1',
    at: new Date(Number(TIME) * 1000),
    body: Buffer.from(JSON_BODY),
  };
  return {
    scheme: all.standardWebhooks({ prefix: 'webhook' }),
    keys,
    signedBy: (key) => all.deliveryOf(message.body, all.sign(message, [key])),
    headers: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  };
}

function adyenItem(all: Schemes, { secret }: Key): Delivery {
  const text = '7914073381342284:8814073381342280:TestMerchant:order-7:1130:EUR:REFUND:true';
  const key = Buffer.from(secret.reveal(), 'hex');
  const item = {
    pspReference: '7914073381342284',
    originalReference: '8814073381342280',
    merchantAccountCode: 'TestMerchant',
    merchantReference: 'order-7',
    amount: { value: 1130, currency: 'EUR' },
    eventCode: 'REFUND',
    success: 'true',
    additionalData: { hmacSignature: createHmac('sha256', key).update(text).digest('base64') },
  };
  const body = { notificationItems: [{ NotificationRequestItem: item }] };
  return all.deliveryOf(JSON.stringify(body), {});
}

function twilio(all: Schemes, keys: Sample['keys'], payload: 'form' | 'json'): Sample {
  const body = payload === 'form' ? FORM : JSON_BODY;
  const digest = createHash('sha256').update(body).digest('hex');
  const url = payload === 'form' ? OURS : `${OURS}&bodySHA256=${digest}`;
  const text = payload === 'form' ? FORM.replaceAll(/[&=]/g, '').replaceAll('%2B', '+') : '';
  const signedBy = ({ secret }: Key) => {
    const signature = createHmac('sha1', secret.reveal())
      .update(url + text)
      .digest('base64');
    return all.deliveryOf(body, { 'x-twilio-signature': signature }, url);
  };
  const scheme = all.twilio({ payload });
  return { scheme, keys, signedBy, headers: ['x-twilio-signature'], signsUrl: true };
}

function byPairs(all: Schemes, pairOf: Schemes['kinds'][string]): Sample {
  const [first, second] = [pairOf(), pairOf()];
  const keys = [all.webhookKey('first', first.pem), all.webhookKey('second', second.pem)] as const;
  return httpSignature(all, keys, ({ id }) => (id === 'first' ? first : second).signer);
}

function httpSignature(all: Schemes, keys: Sample['keys'], signerOf: Schemes['byShared']): Sample {
  return {
    scheme: all.httpSignature({ label: 'sig1', now: () => all.CREATED * 1000 }),
    keys,
    signedBy: (key) => all.signed(key, signerOf(key)),
    headers: ['signature-input', 'signature', 'content-digest', 'content-type'],
    signsUrl: true,
  };
}

function mac({ secret }: Key, text: string, encoding: 'hex' | 'base64' | 'base64url'): string {
  return createHmac('sha256', secret.reveal()).update(text).digest(encoding);
}
