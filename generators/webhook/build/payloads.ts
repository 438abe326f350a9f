import type { Facts } from '../../../src/define-generator.ts';
import { type Built, ts } from '../../../src/render/typed-builders.ts';
import { type SchemeName, schemeOf, sendsForms } from '../schemes.ts';

interface Shape {
  readonly fields: Built;
  readonly typeOf: Built;
}

const TYPED: Shape = {
  fields: ts`type: word,`,
  typeOf: ts`export function typeOf({ type }: Payload): string {
  return type;
}`,
};

const STATUS: Shape = {
  fields: ts`
MessageStatus: Type.Optional(word),
CallStatus: Type.Optional(word),
`,
  typeOf: ts`export function typeOf({ MessageStatus, CallStatus }: Payload): string {
  return MessageStatus ?? CallStatus ?? 'none';
}`,
};

/** Where a sender publishes types, what we check is that it is such a message at all. */
const PUBLISHED: Readonly<Partial<Record<SchemeName, Built>>> = {
  stripe: ts`
import type Stripe from 'stripe';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonObject } from '@app/platform/webhooks/scheme';

// What every event has. What it is about has the shape of the API version that the endpoint is registered with at Stripe:
// register it with the one that the package stripe names.
const Event = Type.Object({
  id: Type.String(),
  object: Type.Literal('event'),
  type: Type.String({ pattern: '^[!-~]{1,200}$' }),
  created: Type.Integer(),
  livemode: Type.Boolean(),
  data: Type.Object({ object: Type.Object({}) }),
});

export type Payload = Stripe.Event;

export function parse(body: Buffer): Payload | undefined {
  const document: unknown = jsonObject(body);
  return Value.Check(Event, document) ? (document as Payload) : undefined;
}

// What happened, in the sender's own word.
${TYPED.typeOf}
`,
  slack: ts`
import type { SlackEvent } from '@slack/types';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonObject } from '@app/platform/webhooks/scheme';

const word = Type.String({ pattern: '^[!-~]{1,200}$' });

const Message = Type.Object({
  type: word,
  event: Type.Optional(Type.Object({ type: word })),
});

// An event is what Slack publishes; \`app_rate_limited\` comes without one.
export interface Payload {
  readonly type: string;
  readonly team_id?: string;
  readonly event?: SlackEvent;
}

export function parse(body: Buffer): Payload | undefined {
  const document: unknown = jsonObject(body);
  return Value.Check(Message, document) ? (document as Payload) : undefined;
}

// What happened, in the sender's own word.
export function typeOf({ type, event }: Payload): string {
  return event?.type ?? type;
}
`,
};

const SHAPES: Readonly<Partial<Record<SchemeName, Shape>>> = {
  github: {
    fields: ts`action: Type.Optional(word),`,
    typeOf: ts`// Which event it is stands in a header, which is not signed. Most say what happened in the body as well.
export function typeOf({ action }: Payload): string {
  return action ?? 'none';
}`,
  },
  adyen: {
    fields: ts`
eventCode: word,
pspReference: word,
`,
    typeOf: ts`export function typeOf({ eventCode }: Payload): string {
  return eventCode;
}`,
  },
  shopify: {
    fields: ts`id: Type.Optional(Type.Integer()),`,
    typeOf: ts`// The topic stands in a header, which is not signed: ask Shopify for the thing itself before you act on it.
export function typeOf({ id }: Payload): string {
  return id === undefined ? 'none' : 'changed';
}`,
  },
  twilio: STATUS,
};

const WORD = ts`const word = Type.String({ pattern: '^[!-~]{1,200}$' });
`;

/** payloads.ts: the few fields that a handler needs, or the types that the sender publishes. */
export function payloads({ answers }: Facts): Built {
  const scheme = schemeOf(answers);
  const published = PUBLISHED[scheme];
  if (published) return published;
  const { fields, typeOf } = SHAPES[scheme] ?? TYPED;
  const isForm = sendsForms(answers);
  return ts`
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { ${isForm ? ts`textOf` : ts`jsonObject`} } from '@app/platform/webhooks/scheme';

${scheme === 'shopify' ? ts`` : WORD}
// The few fields that the handler needs. Others come and go as the sender likes.
export const Payload = Type.Object({
  ${fields}
});
export type Payload = Static<typeof Payload>;

${isForm ? FORM : DOCUMENT}
// What happened, in the sender's own word.
${typeOf}
`;
}

const DOCUMENT = ts`
export function parse(body: Buffer): Payload | undefined {
  const document = jsonObject(body);
  return Value.Check(Payload, document) ? document : undefined;
}
`;

const FORM = ts`
// Each name has one value: where a form has two, the last one counts.
export function parse(body: Buffer): Payload | undefined {
  const text = textOf(body);
  const form = text === undefined ? text : Object.fromEntries(new URLSearchParams(text));
  return Value.Check(Payload, form) ? form : undefined;
}
`;
