import type { Mutation } from './mutation.ts';
import { endpoint, schemeMutation, tampered } from './scheme-mutation.ts';
import { httpSignatureMutations } from './webhook-http-signature.ts';

const platform = 'platform/src/webhooks';
const scheme = `${platform}/scheme.ts`;
const standard = `${platform}/standard-webhooks.ts`;
const keys = `${platform}/standard-webhooks/keys.ts`;

const flipped = (name: string) => `${name}: one bit changed is not proven (HOOK-1)`;

/** What a scheme refuses, and would accept without the line that refuses it. */
export const webhookSchemeMutations: readonly Mutation[] = [
  ...inScheme(),
  ...inStandardWebhooks(),
  ...inModules(),
  ...httpSignatureMutations,
];

function inScheme(): Mutation[] {
  const bytes = 'bytes are read from the one text that is theirs (HOOK-1)';
  const time = 'a time is digits, and nothing that a number could be read from (HOOK-2)';
  const mac = 'a MAC is equal in whole and as written, or not at all (HOOK-1)';
  const text = 'bytes that are no text are none, and no replaced characters (HOOK-1)';
  return [
    [
      'values?.length === 1 ? values[0] : undefined',
      'values?.[0]',
      'a header that comes twice, or not at all, has no value (HOOK-1)',
    ],
    [
      "if (key.length === 0) throw new TypeError('A webhook key is empty.');",
      '',
      'nothing is signed with an empty key (HOOK-1)',
    ],
    ['Buffer.from(mac.toString(encoding))', 'Buffer.from(given)', mac],
    [
      'sameBytes(Buffer.from(given), Buffer.from(mac.toString(encoding)))',
      'sameBytes(Buffer.from(given, encoding), mac)',
      mac,
    ],
    [
      'a.byteLength === b.byteLength && timingSafeEqual(a, b)',
      'timingSafeEqual(a, b.subarray(0, a.byteLength))',
      mac,
    ],
    ["text !== '' && bytes.toString(encoding) === text", "text !== ''", bytes],
    ["text !== '' && bytes", 'bytes', bytes],
    ['/^[1-9][0-9]{0,10}$/', '/^[1-9][0-9]{0,10}/', time],
    ['/^[1-9][0-9]{0,10}$/', '/^[0-9]{1,11}$/', time],
    ['/^[1-9][0-9]{0,13}$/', '/^[1-9][0-9]*$/', time],
    ['fatal: true', 'fatal: false', text],
  ].map(([find = '', replace = '', test = '']) =>
    schemeMutation(scheme, find, replace, `${platform}/scheme.test.ts`, test),
  );
}

function inStandardWebhooks(): Mutation[] {
  const testFile = `${platform}/standard-webhooks.test.ts`;
  const label =
    'a label chooses no algorithm: another one on a good signature proves nothing (HOOK-1)';
  const unusable = 'a key that could prove nothing is an error (HOOK-1)';
  const name = 'standard-webhooks';
  return [
    [
      standard,
      '\\x21-\\x2d\\x2f-\\x7e',
      '\\x21-\\x7e',
      'a full stop in the id cannot move the border to the time (HOOK-1)',
    ],
    [
      standard,
      'given.length <= MOST_SIGNATURES && ',
      '',
      'hundreds of signatures are not tried (HOOK-1)',
    ],
    [standard, '{0,2}$/', '{0,2}/', tampered(name)],
    [standard, 'Buffer.from(`${id}.${time}.`)', 'Buffer.from(`${time}.`)', flipped(name)],
    [standard, 'Buffer.from(`${id}.${time}.`)', 'Buffer.from(`${id}.`)', flipped(name)],
    [
      standard,
      'Buffer.from(`${id}.${time}.`), body',
      'Buffer.from(`${id}.${time}.${body.toString()}`)',
      'bytes that are no text are verified as they are (HOOK-1)',
    ],
    [keys, "signature.startsWith('v1,') && ", '', label],
    [keys, "signature.startsWith('v1a,') ? ", 'signature ? ', label],
    [
      keys,
      'return (signature) => isSigned(',
      'return (signature) => true || isSigned(',
      flipped(`${name} with Ed25519`),
    ],
    [keys, "if (read.kind === 'whsk_') throw unusable(key);", '', unusable],
    [keys, 'bytes.length < shortest || ', '', unusable],
    [keys, 'whpk_: [32, 32]', 'whpk_: [1, 32]', unusable],
  ].map(([file = '', find = '', replace = '', test = '']) =>
    schemeMutation(file, find, replace, testFile, test),
  );
}

function inModules(): Mutation[] {
  const writing = 'a MAC in another writing is none (HOOK-1)';
  return [
    [
      'stripe',
      'fields.every((field) => FIELD.test(field)) ? fields : []',
      'fields',
      tampered('stripe'),
    ],
    [
      'stripe',
      'more.length > 0 || !at',
      '!at',
      'two times, none, or one that is not all digits, are no time (HOOK-2)',
    ],
    ['stripe', '`${time}.`, body', 'body', 'what the SDK of Stripe signs is accepted (HOOK-1)'],
    [
      'stripe',
      'field.startsWith(`${name}=`)',
      "field.startsWith('v') === name.startsWith('v')",
      'only v1 proves: v0, another label or none is not looked at (HOOK-1)',
    ],
    [
      'stripe',
      "typeof id === 'string' && EVENT_ID.test(id) ? id",
      "typeof id === 'string' ? id",
      'what is no event of Stripe has no id: its body stands for it (HOOK-2)',
    ],
    [
      'github',
      '/^sha256=(.+)$/s',
      '/^\\w*=?([^=]+)$/s',
      'SHA-1, another label or another writing proves nothing (HOOK-1)',
    ],
    [
      'github',
      'keyId: accepting.id, body',
      "keyId: accepting.id, id: only(headers, 'x-github-delivery'), body",
      'what is not signed is not told: no id, no time, no event (HOOK-1)',
    ],
    [
      'shopify',
      'keyId: accepting.id, body',
      "keyId: accepting.id, id: only(headers, 'x-shopify-event-id'), body",
      'what is not signed is not told: no id, no time, no shop, no topic (HOOK-1)',
    ],
    ['shopify', "'base64')", "given.length > 44 ? 'hex' : 'base64')", writing],
    [
      'slack',
      '`v0:${time}:`, body',
      '`v0:${time}`, body.subarray(body[0] === 58 ? 1 : 0)',
      'the published vector is accepted (HOOK-1)',
    ],
    ['slack', '`v0:${time}:`, body', '`v0:`, body', 'the published vector is accepted (HOOK-1)'],
    [
      'slack',
      '/^v0=(.+)$/s',
      '/=(.+)$/s',
      'another label or another writing proves nothing (HOOK-1)',
    ],
    [
      'slack',
      '!at || given === undefined',
      'given === undefined',
      'a time that is not all digits is none, signed or not (HOOK-2)',
    ],
    [
      'square',
      'url.href, body',
      'url.origin + url.pathname, body',
      'the end of our address is not the beginning of the body, nor the reverse (HOOK-1)',
    ],
    [
      'square',
      'const event = accepting && jsonObject(body);',
      'const event = accepting && (jsonObject(body) ?? {});',
      'the end of our address is not the beginning of the body, nor the reverse (HOOK-1)',
    ],
    [
      'adyen',
      'items.length === 1',
      'items.length > 0',
      'several items, or none, are refused whole: nothing signed holds them together (HOOK-1)',
    ],
    [
      'adyen',
      'Buffer.from(JSON.stringify(signedPart(item)))',
      'body',
      'only the signed fields reach the handler, however many others there are (HOOK-1)',
    ],
    [
      'adyen',
      'const PLAIN = /^[^:]+$/',
      'const PLAIN = /^.+$/',
      'a colon moves no field into the next one (HOOK-1)',
    ],
    [
      'adyen',
      'const PLAIN_OR_EMPTY = /^[^:]*$/',
      'const PLAIN_OR_EMPTY = /^.*$/',
      'a colon moves no field into the next one (HOOK-1)',
    ],
    [
      'adyen',
      "typeof value === 'number' ? String(value) : undefined",
      'String(value)',
      'a field in another form than documented is not proven, signed or not (HOOK-1)',
    ],
    [
      'adyen',
      '  if (!bytes)\n',
      '  if (bytes === null)\n',
      'a key that is not hexadecimal is an error (HOOK-1)',
    ],
    ['twilio', ' || SLOPPY.test(text)', '', 'a form in another writing is none (HOOK-1)'],
    ['twilio', '!name || ', '', 'a form in another writing is none (HOOK-1)'],
    [
      'twilio',
      '{ keyId: accepting.id, id, body: ',
      '{ keyId: accepting.id, body: ',
      'the same text cut into other fields is the same delivery by its id (HOOK-2)',
    ],
    [
      'twilio',
      'Buffer.from(`${new URLSearchParams(fields)}`)',
      'body',
      'fields in another order, or twice, are the same delivery (HOOK-2)',
    ],
    [
      'twilio',
      "payload === 'json' && !isDigestOf(body, url)",
      'false',
      'JSON is proven by one digest in the address (HOOK-1)',
    ],
    [
      'twilio',
      ' && more.length === 0 && isMac',
      ' && isMac',
      'JSON is proven by one digest in the address (HOOK-1)',
    ],
    [
      'twilio',
      'textOf(body)',
      'Buffer.from(body).toString()',
      'bytes that are no text are not replaced by something that was signed (HOOK-1)',
    ],
    [
      'twilio',
      '${pathname}${search}',
      '${pathname}',
      'the published vectors are accepted (HOOK-1)',
    ],
    [
      'custom',
      '!given?.startsWith(signature.prefix) || ',
      'given === undefined || ',
      'the prefix is part of the signature, and the encoding is the one that is set (HOOK-1)',
    ],
    ['custom', ' || (timestamp && !at)', '', 'a sloppy time or id is none, signed or not (HOOK-2)'],
    [
      'custom',
      "if (id && !ID.test(name ?? '')) return undefined;",
      '',
      'a sloppy time or id is none, signed or not (HOOK-2)',
    ],
    [
      'custom',
      'if (!between.every((text) => BORDER.test(text)))',
      'if (between.length > 9)',
      'a template that signs no body, or that two deliveries could share, is an error (HOOK-1)',
    ],
    [
      'custom',
      'if (placed.toSorted().join() !== expected.toSorted().join())',
      'if (placed.length > expected.length)',
      'a template that signs no body, or that two deliveries could share, is an error (HOOK-1)',
    ],
  ].map(([name = '', find = '', replace = '', test = '']) =>
    schemeMutation(`${endpoint}/${name}.ts`, find, replace, `${endpoint}/${name}.test.ts`, test),
  );
}
