import type { Scheme, WebhookKey } from './scheme.ts';
import { drawSecret, only, unixSeconds } from './scheme.ts';
import { proofOf, requireVerifying, signatureOf } from './standard-webhooks/keys.ts';

// No full stop: it ends the id in what is signed, and one inside could be taken for that end, with
// the first digits of the body for the time.
const ID = /^[\x21-\x2d\x2f-\x7e]{1,256}$/;

const SIGNATURE = /^v[0-9]+[a-z]*,[A-Za-z0-9+/]+={0,2}$/;

// A sender in the middle of a rotation sends two or three. Each may cost a calculation of ours, before
// anything is proven.
const MOST_SIGNATURES = 16;

/**
 * Signed: id, time and body, as `id.time.body`. A key says itself how it signs, whsec_ with
 * HMAC-SHA256 (v1) and whpk_ with Ed25519 (v1a), so that no delivery chooses. (HOOK-1)
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function standardWebhooks({ prefix }: { prefix: 'webhook' | 'svix' }): Scheme {
  const idHeader = `${prefix}-id`;
  const timeHeader = `${prefix}-timestamp`;
  const signatureHeader = `${prefix}-signature`;
  return {
    name: 'standard-webhooks',
    headers: [idHeader, timeHeader, signatureHeader, 'content-type'],
    checkKey: requireVerifying,
    newSecret: () => drawSecret('base64', 'whsec_'),
    verify({ headers, body }, keys) {
      const id = only(headers, idHeader);
      const time = only(headers, timeHeader);
      const at = unixSeconds(time);
      const given = signaturesOf(only(headers, signatureHeader));
      if (id === undefined || !ID.test(id) || !at || !given) return undefined;
      const content = contentOf(id, `${time}`, body);
      const accepting = keys.find((key) => given.some(proofOf(key, content)));
      return accepting && { keyId: accepting.id, id, at, body };
    },
  };
}

// All of them in form or none: a list that we read in part, somebody else may read in another part.
function signaturesOf(header: string | undefined): readonly string[] | undefined {
  const given = header?.split(' ') ?? [];
  const sound = given.length <= MOST_SIGNATURES && given.every((one) => SIGNATURE.test(one));
  return sound ? given : undefined;
}

export interface Message {
  readonly id: string;
  readonly at: Date;
  readonly body: Uint8Array;
}

/** The headers of a message that we send, signed with each of the keys: whsec_ or whsk_. */
export function sign(
  { id, at, body }: Message,
  keys: readonly WebhookKey[],
): Record<string, string> {
  if (!ID.test(id)) throw new TypeError('No receiver takes this id of a message.');
  const time = `${Math.floor(at.getTime() / 1000)}`;
  const content = contentOf(id, time, body);
  return {
    'webhook-id': id,
    'webhook-timestamp': time,
    'webhook-signature': keys.map((key) => signatureOf(key, content)).join(' '),
  };
}

function contentOf(id: string, time: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${time}.`), body]);
}
