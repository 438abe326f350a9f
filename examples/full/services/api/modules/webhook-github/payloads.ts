import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jsonObject } from '@app/platform/webhooks/scheme';

const word = Type.String({ pattern: '^[!-~]{1,200}$' });

// The few fields that the handler needs. Others come and go as the sender likes.
export const Payload = Type.Object({
  action: Type.Optional(word),
});
export type Payload = Static<typeof Payload>;

export function parse(body: Buffer): Payload | undefined {
  const document = jsonObject(body);
  return Value.Check(Payload, document) ? document : undefined;
}

// What happened, in the sender's own word.
// Which event it is stands in a header, which is not signed. Most say what happened in the body as well.
export function typeOf({ action }: Payload): string {
  return action ?? 'none';
}
