import type { Facts } from '../../../src/define-generator.ts';
import { type Built, ts } from '../../../src/render/typed-builders.ts';
import { type SchemeName, schemeOf, sendsForms } from '../schemes.ts';

interface Shape {
  readonly factory: Built;
  readonly call: (facts: Facts) => Built;
  /** Where no time is signed, whoever holds a delivery can send it again for ever. */
  readonly signsTime: (facts: Facts) => boolean;
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const always = (): boolean => true;
const never = (): boolean => false;
const plain = (factory: Built, signsTime: Shape['signsTime']): Shape => ({
  factory,
  call: () => ts`${factory}()`,
  signsTime,
});

const SHAPES: Readonly<Record<SchemeName, Shape>> = {
  'standard-webhooks': {
    factory: ts`standardWebhooks`,
    call: ({ answers }) => ts`standardWebhooks({ prefix: ${String(answers['headers'])} })`,
    signsTime: always,
  },
  stripe: plain(ts`stripe`, always),
  github: plain(ts`github`, never),
  slack: plain(ts`slack`, always),
  square: plain(ts`square`, never),
  adyen: plain(ts`adyen`, never),
  shopify: plain(ts`shopify`, never),
  twilio: {
    factory: ts`twilio`,
    call: ({ answers }) => ts`twilio({ payload: ${String(answers['payload'])} })`,
    signsTime: never,
  },
  'http-signature': {
    factory: ts`httpSignature`,
    call: ({ answers }) => ts`httpSignature({ label: ${String(answers['label'])} })`,
    signsTime: always,
  },
  custom: {
    factory: ts`custom`,
    call: customCall,
    signsTime: ({ answers }) => String(answers['signed']).includes('{timestamp}'),
  },
};

/** endpoint.ts: how a sender is believed, as data. */
export function endpoint(facts: Facts): Built {
  const scheme = schemeOf(facts.answers);
  const { factory, call, signsTime } = SHAPES[scheme];
  const { name, answers } = facts;
  const isForm = sendsForms(answers);
  const query =
    scheme === 'twilio' && !isForm
      ? ts`\n// Twilio signs JSON by it.\nquery: ['bodySHA256'],`
      : ts``;
  const window = signsTime(facts)
    ? ts`windowDays: 30,`
    : ts`
// No time is signed: whoever holds a delivery could send it again after that. (HOOK-2)
windowDays: 400,`;
  return ts`
import { defineEndpoint, keysIn } from '@app/platform/webhooks/webhooks';
import { handle } from './handler.ts';
import { parse } from './payloads.ts';
import { ${factory} } from ${`./${scheme}.ts`};

export const endpoint = defineEndpoint({
  id: ${name},
  scheme: ${call(facts)},
  // Several are live at once: npm run rotate-webhook-key adds one and ends one. (HOOK-1)
  keys: keysIn(new URL('keys.json', import.meta.url)),
  contentTypes: [${isForm ? FORM_TYPE : JSON_TYPE}],${query}
  ${window}
  retainDays: 90,
  parse,
  handler: handle,
});
`;
}

function customCall({ answers }: Facts): Built {
  const text = (key: string): string => String(answers[key]);
  const signed = text('signed');
  const timestamp = signed.includes('{timestamp}')
    ? ts`\ntimestamp: { header: ${text('timestampHeader')}, unit: ${text('timestampUnit')} },`
    : ts``;
  const id = signed.includes('{id}') ? ts`\nid: { header: ${text('idHeader')} },` : ts``;
  return ts`custom({
    signature: { header: ${text('signatureHeader')}, encoding: ${text('signatureEncoding')}, prefix: ${text('signaturePrefix')} },
    signed: ${signed},${timestamp}${id}
  })`;
}
