import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  deliveryOf,
  testSecret,
  webhookKey,
  withHeader,
} from '../../../../../platform/test/support/webhooks.ts';
import type { Delivery, WebhookKey } from '@app/platform/webhooks/scheme';

export const CREATED = 1618884473;
export const BODY = '{"hello": "world"}';
export const URL_OF_OURS = 'https://example.com/foo?param=Value&Pet=dog';
export const NAMED = '"@method" "@target-uri" "content-digest" "content-type"';
export const IN_PARTS = '"@method" "@authority" "@path" "@query" "content-digest" "content-type"';
export const NONCE = 'nonce="b3k2pp5k7z-50gnwp.yemd"';
export type Signer = (base: Buffer) => Buffer;
export const shared = [1, 2].map((number) =>
  webhookKey(`shared-${number}`, `hmac-sha256:${testSecret(number).toString('base64')}`),
) as [WebhookKey, WebhookKey];
export const byShared = ({ secret }: WebhookKey) => {
  const bytes = Buffer.from(secret.reveal().replace('hmac-sha256:', ''), 'base64');
  return (base: Buffer) => createHmac('sha256', bytes).update(base).digest();
};
export const [hmacKey] = shared;

export const kinds = {
  ed25519: () => pair(generateKeyPairSync('ed25519'), (key) => (base) => sign(null, base, key)),
  'ecdsa-p256-sha256': () =>
    pair(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      (key) => (base) => sign('sha256', base, { key, dsaEncoding: 'ieee-p1363' }),
    ),
};

export interface Signing {
  readonly delivery?: Delivery;
  readonly components?: string;
  readonly parameters?: readonly string[];
  readonly by?: Signer;
  readonly label?: string;
}

// Written apart from what it tries: a mistake made in both would prove itself.
export function signedWith({
  delivery = draft(),
  components = NAMED,
  parameters,
  by,
  label,
}: Signing): Delivery {
  const usual = [`created=${CREATED}`, `keyid="${hmacKey.id}"`, NONCE];
  const input = [`(${components})`, ...(parameters ?? usual)].join(';');
  const names = [...components.matchAll(/"([^"]*)"/g)].map(([, name = '']) => name);
  const lines = names.map((name) => `"${name}": ${componentOf(delivery, name)}`);
  const base = Buffer.from([...lines, `"@signature-params": ${input}`].join('\n'));
  const signature = (by ?? byShared(hmacKey))(base).toString('base64');
  const labelled = withHeader(delivery, 'signature-input', `${label ?? 'sig1'}=${input}`);
  return withHeader(labelled, 'signature', `${label ?? 'sig1'}=:${signature}:`);
}

function componentOf({ method, url, headers: fields }: Delivery, name: string): string {
  const derived = new Map([
    ['@method', method],
    ['@target-uri', url.href],
    ['@scheme', 'https'],
    ['@authority', url.host],
    ['@path', url.pathname],
    ['@query', url.search],
  ]);
  return derived.get(name) ?? fields.get(name)?.[0] ?? '';
}

export function signed({ id }: WebhookKey, by: Signer): Delivery {
  return signedWith({ parameters: [`created=${CREATED}`, `keyid="${id}"`, NONCE], by });
}

export function draft(): Delivery {
  const digest = createHash('sha256').update(BODY).digest('base64');
  const given = { 'content-type': 'application/json', 'content-digest': `sha-256=:${digest}:` };
  return deliveryOf(BODY, given, URL_OF_OURS);
}

export function valueOf(delivery: Delivery, name: string): string {
  return delivery.headers.get(name)?.[0] ?? '';
}

function pair(
  { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject },
  signerOf: (key: KeyObject) => Signer,
): { pem: string; signer: Signer } {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { pem, signer: signerOf(privateKey) };
}
