import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const stripeTest = 'services/api/modules/webhook-disk/stripe.test.ts';
const githubTest = 'services/api/modules/webhook-disk/github.test.ts';
const shopifyTest = 'services/api/modules/webhook-disk/shopify.test.ts';
const slackTest = 'services/api/modules/webhook-disk/slack.test.ts';
const squareTest = 'services/api/modules/webhook-disk/square.test.ts';
const adyenTest = 'services/api/modules/webhook-disk/adyen.test.ts';
const twilioTest = 'services/api/modules/webhook-disk/twilio.test.ts';
const customTest = 'services/api/modules/webhook-disk/custom.test.ts';

export const webhookEndpointStripeMutations: readonly Mutation[] = [
  ...mutationsOf('services/api/modules/webhook-disk/stripe.ts', [
    [
      'HOOK-1',
      'fields.every((field) => FIELD.test(field)) ? fields : []',
      'fields',
      stripeTest,
      'stripe: what was tampered with is not proven (HOOK-1)',
    ],
    [
      'HOOK-2',
      'more.length > 0 || !at',
      '!at',
      stripeTest,
      'two times, none, or one that is not all digits, are no time (HOOK-2)',
    ],
    [
      'HOOK-1',
      '`${time}.`, body',
      'body',
      stripeTest,
      'what the SDK of Stripe signs is accepted (HOOK-1)',
    ],
    [
      'HOOK-1',
      'field.startsWith(`${name}=`)',
      "field.startsWith('v') === name.startsWith('v')",
      stripeTest,
      'only v1 proves: v0, another label or none is not looked at (HOOK-1)',
    ],
    [
      'HOOK-2',
      "typeof id === 'string' && EVENT_ID.test(id) ? id",
      "typeof id === 'string' ? id",
      stripeTest,
      'what is no event of Stripe has no id: its body stands for it (HOOK-2)',
    ],
  ]),
  ...mutationsOf('services/api/modules/webhook-disk/github.ts', [
    [
      'HOOK-1',
      '/^sha256=(.+)$/s',
      '/^\\w*=?([^=]+)$/s',
      githubTest,
      'SHA-1, another label or another writing proves nothing (HOOK-1)',
    ],
    [
      'HOOK-1',
      'keyId: accepting.id, body',
      "keyId: accepting.id, id: only(headers, 'x-github-delivery'), body",
      githubTest,
      'what is not signed is not told: no id, no time, no event (HOOK-1)',
    ],
  ]),
  ...mutationsOf('services/api/modules/webhook-disk/shopify.ts', [
    [
      'HOOK-1',
      'keyId: accepting.id, body',
      "keyId: accepting.id, id: only(headers, 'x-shopify-event-id'), body",
      shopifyTest,
      'what is not signed is not told: no id, no time, no shop, no topic (HOOK-1)',
    ],
    [
      'HOOK-1',
      "'base64')",
      "given.length > 44 ? 'hex' : 'base64')",
      shopifyTest,
      'a MAC in another writing is none (HOOK-1)',
    ],
  ]),
  ...mutationsOf('services/api/modules/webhook-disk/slack.ts', [
    [
      'HOOK-1',
      '`v0:${time}:`, body',
      '`v0:${time}`, body.subarray(body[0] === 58 ? 1 : 0)',
      slackTest,
      'the published vector is accepted (HOOK-1)',
    ],
    [
      'HOOK-1',
      '`v0:${time}:`, body',
      '`v0:`, body',
      slackTest,
      'the published vector is accepted (HOOK-1)',
    ],
    [
      'HOOK-1',
      '/^v0=(.+)$/s',
      '/=(.+)$/s',
      slackTest,
      'another label or another writing proves nothing (HOOK-1)',
    ],
    [
      'HOOK-2',
      '!at || given === undefined',
      'given === undefined',
      slackTest,
      'a time that is not all digits is none, signed or not (HOOK-2)',
    ],
  ]),
  ...mutationsOf('services/api/modules/webhook-disk/square.ts', [
    [
      'HOOK-1',
      'url.href, body',
      'url.origin + url.pathname, body',
      squareTest,
      'the end of our address is not the beginning of the body, nor the reverse (HOOK-1)',
    ],
    [
      'HOOK-1',
      'const event = accepting && jsonObject(body);',
      'const event = accepting && (jsonObject(body) ?? {});',
      squareTest,
      'the end of our address is not the beginning of the body, nor the reverse (HOOK-1)',
    ],
  ]),
  ...mutationsOf('services/api/modules/webhook-disk/adyen.ts', [
    [
      'HOOK-1',
      'items.length === 1',
      'items.length > 0',
      adyenTest,
      'several items, or none, are refused whole: nothing signed holds them together (HOOK-1)',
    ],
    [
      'HOOK-1',
      'Buffer.from(JSON.stringify(signedPart(item)))',
      'body',
      adyenTest,
      'only the signed fields reach the handler, however many others there are (HOOK-1)',
    ],
    [
      'HOOK-1',
      'const PLAIN = /^[^:]+$/',
      'const PLAIN = /^.+$/',
      adyenTest,
      'a colon moves no field into the next one (HOOK-1)',
    ],
    [
      'HOOK-1',
      'const PLAIN_OR_EMPTY = /^[^:]*$/',
      'const PLAIN_OR_EMPTY = /^.*$/',
      adyenTest,
      'a colon moves no field into the next one (HOOK-1)',
    ],
    [
      'HOOK-1',
      "typeof value === 'number' ? String(value) : undefined",
      'String(value)',
      adyenTest,
      'a field in another form than documented is not proven, signed or not (HOOK-1)',
    ],
    [
      'HOOK-1',
      '  if (!bytes)\n',
      '  if (bytes === null)\n',
      adyenTest,
      'a key that is not hexadecimal is an error (HOOK-1)',
    ],
  ]),
  ...mutationsOf('services/api/modules/webhook-disk/twilio.ts', [
    [
      'HOOK-1',
      ' || SLOPPY.test(text)',
      '',
      twilioTest,
      'a form in another writing is none (HOOK-1)',
    ],
    ['HOOK-1', '!name || ', '', twilioTest, 'a form in another writing is none (HOOK-1)'],
    [
      'HOOK-2',
      '{ keyId: accepting.id, id, body: ',
      '{ keyId: accepting.id, body: ',
      twilioTest,
      'the same text cut into other fields is the same delivery by its id (HOOK-2)',
    ],
    [
      'HOOK-2',
      'Buffer.from(`${new URLSearchParams(fields)}`)',
      'body',
      twilioTest,
      'fields in another order, or twice, are the same delivery (HOOK-2)',
    ],
    [
      'HOOK-1',
      "payload === 'json' && !isDigestOf(body, url)",
      'false',
      twilioTest,
      'JSON is proven by one digest in the address (HOOK-1)',
    ],
    [
      'HOOK-1',
      ' && more.length === 0 && isMac',
      ' && isMac',
      twilioTest,
      'JSON is proven by one digest in the address (HOOK-1)',
    ],
    [
      'HOOK-1',
      'textOf(body)',
      'Buffer.from(body).toString()',
      twilioTest,
      'bytes that are no text are not replaced by something that was signed (HOOK-1)',
    ],
    [
      'HOOK-1',
      '${pathname}${search}',
      '${pathname}',
      twilioTest,
      'the published vectors are accepted (HOOK-1)',
    ],
  ]),
  ...mutationsOf('services/api/modules/webhook-disk/custom.ts', [
    [
      'HOOK-1',
      '!given?.startsWith(signature.prefix) || ',
      'given === undefined || ',
      customTest,
      'the prefix is part of the signature, and the encoding is the one that is set (HOOK-1)',
    ],
    [
      'HOOK-2',
      ' || (timestamp && !at)',
      '',
      customTest,
      'a sloppy time or id is none, signed or not (HOOK-2)',
    ],
    [
      'HOOK-2',
      "if (id && !ID.test(name ?? '')) return undefined;",
      '',
      customTest,
      'a sloppy time or id is none, signed or not (HOOK-2)',
    ],
    [
      'HOOK-1',
      'if (!between.every((text) => BORDER.test(text)))',
      'if (between.length > 9)',
      customTest,
      'a template that signs no body, or that two deliveries could share, is an error (HOOK-1)',
    ],
    [
      'HOOK-1',
      'if (placed.toSorted().join() !== expected.toSorted().join())',
      'if (placed.length > expected.length)',
      customTest,
      'a template that signs no body, or that two deliveries could share, is an error (HOOK-1)',
    ],
  ]),
];
