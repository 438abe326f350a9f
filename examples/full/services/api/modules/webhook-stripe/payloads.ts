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
export function typeOf({ type }: Payload): string {
  return type;
}
