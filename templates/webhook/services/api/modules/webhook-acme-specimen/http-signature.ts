import { only, unixSeconds } from '@app/platform/webhooks/scheme';
import type { Delivery, Scheme, WebhookKey } from '@app/platform/webhooks/scheme';
import { matchesDigest } from './http-signature/content-digest.ts';
import { algorithmOf } from './http-signature/keys.ts';
import { signatureBase } from './http-signature/signature-base.ts';
import { parseByteMembers, parseSignatureInputs } from './http-signature/structured-fields.ts';
import type { SignatureInput } from './http-signature/structured-fields.ts';

export interface HttpSignatureProfile {
  // Which signature is ours, should a proxy add its own: never the first, nor any that holds.
  readonly label: string;
  readonly now?: () => number;
}

const NONCE = /^[\x21-\x7e]{8,256}$/;
const PARAMETERS = new Set(['created', 'expires', 'nonce', 'keyid', 'alg']);

/**
 * HTTP Message Signatures in one profile. Signed: method, address, content type and, through its
 * digest, the body, with time and nonce. The key is the one that is named, and the key says how it
 * signs: a delivery that chooses the algorithm could choose to read a public key as a shared secret.
 * Whatever else a message may say, and all that is optional there, is refused here. (HOOK-1)
 * https://www.rfc-editor.org/rfc/rfc9421 and https://www.rfc-editor.org/rfc/rfc9530
 */
export function httpSignature({ label, now = Date.now }: HttpSignatureProfile): Scheme {
  return {
    name: 'http-signature',
    headers: ['signature-input', 'signature', 'content-digest', 'content-type'],
    checkKey: (key) => void algorithmOf(key),
    verify(delivery, keys) {
      const { headers, url, body } = delivery;
      const input = parseSignatureInputs(only(headers, 'signature-input'))?.get(label);
      const signature = parseByteMembers(only(headers, 'signature'))?.get(label);
      if (!input || !signature || !coversEnough(input, url)) return undefined;
      const { created, nonce } = input.parameters;
      const at = unixSeconds(created);
      const key = namedKey(input, keys);
      if (!at || !key || nonce === undefined || !NONCE.test(nonce)) return undefined;
      if (!isCurrent(input, at, now()) || !matchesDigest(only(headers, 'content-digest'), body))
        return undefined;
      const base = signatureBase(input, delivery);
      if (base === undefined || !algorithmOf(key).verify(Buffer.from(base), signature))
        return undefined;
      return { keyId: key.id, id: nonce, at, body };
    },
  };
}

function coversEnough({ components, parameters }: SignatureInput, url: Delivery['url']): boolean {
  const covered = new Set(components);
  const parts = ['@authority', '@path', ...(url.search === '' ? [] : ['@query'])];
  return (
    covered.size === components.length &&
    ['@method', 'content-digest', 'content-type'].every((name) => covered.has(name)) &&
    (covered.has('@target-uri') || parts.every((name) => covered.has(name))) &&
    Object.keys(parameters).every((name) => PARAMETERS.has(name))
  );
}

function namedKey({ parameters: { keyid, alg } }: SignatureInput, keys: readonly WebhookKey[]) {
  const key = keys.find(({ id }) => id === keyid);
  return key && (alg === undefined || alg === algorithmOf(key).name) ? key : undefined;
}

// The sender's own end, which may come before ours.
function isCurrent({ parameters: { expires } }: SignatureInput, at: Date, now: number): boolean {
  if (expires === undefined) return true;
  const end = unixSeconds(expires);
  return end !== undefined && end > at && now < end.getTime();
}
