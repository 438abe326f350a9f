import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonObject } from '@app/platform/webhooks/scheme';

const word = Type.String({ pattern: '^[!-~]{1,200}$' });

// The few fields that the handler needs. Others come and go as the sender likes.
export const Payload = Type.Object({
  type: word,
});
export type Payload = Static<typeof Payload>;

export function parse(body: Buffer): Payload | undefined {
  const document = jsonObject(body);
  return Value.Check(Payload, document) ? document : undefined;
}

// What happened, in the sender's own word.
export function typeOf({ type }: Payload): string {
  return type;
}
