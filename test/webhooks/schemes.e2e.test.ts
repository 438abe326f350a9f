import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { emptyFolderForFile } from '../support/folder.ts';
import { samplesOf } from './support/samples.ts';
import { schemesIn } from './support/schemes.ts';
import type { Delivery, Key, Sample, Schemes } from './support/types.ts';

// What somebody puts before a signature or a digest, here or elsewhere.
const LABELS = ['v0', 'v1', 'v1a', 'v2', 'sha1', 'sha256', 'sha-512', 'sig1', 'sig2', 't', 'v', ''];
const LABEL = /(?<![a-z0-9-])(?:v[0-9]?a?|sha-?256|sig1|t)(?=[=,])/g;

// The emitted tests draw hundreds of these.
const FLIPS = 10_000;
const SEED = 4231;

const folder = emptyFolderForFile();
const all: Schemes = await schemesIn(folder);
const samples = samplesOf(all);

describe.each([...samples, ['standard-webhooks v1a', ed25519Sample()] as const])(
  '%s',
  (_name, sample) => {
    const [current] = sample.keys;

    test('accepts what is signed', () => {
      for (const key of sample.keys)
        expect(sample.scheme.verify(sample.signedBy(key), sample.keys)?.keyId).toBe(key.id);
    });

    test(`accepts none of ${FLIPS} deliveries with one bit changed`, () => {
      let tried = 0;
      const accepted: unknown[] = [];
      for (const delivery of all.bitFlips(sample, FLIPS, SEED)) {
        tried += 1;
        if (sample.scheme.verify(delivery, sample.keys)) accepted.push(delivery);
      }
      expect(accepted).toEqual([]);
      expect(tried).toBe(FLIPS);
    });

    test('accepts none of what anybody would try first', () => {
      const accepted = [...all.tamperings(sample)].filter(([, delivery]) =>
        sample.scheme.verify(delivery, sample.keys),
      );
      expect(accepted.map(([name]) => name)).toEqual([]);
    });

    test('accepts no prefix of the body', () => {
      const delivery = sample.signedBy(current);
      for (let length = 0; length < delivery.body.length; length += 1) {
        const cut = { ...delivery, body: delivery.body.subarray(0, length) };
        expect(sample.scheme.verify(cut, sample.keys)).toBeUndefined();
      }
    });

    test('accepts no prefix of a header, and no header that is longer', () => {
      const delivery = sample.signedBy(current);
      for (const name of sample.headers) {
        const [value = ''] = delivery.headers.get(name) ?? [];
        const others = [...value].map((_, length) => value.slice(0, length));
        for (const other of [...others, `${value},`, `${value} `, `${value},${value}`, `${value}=`])
          expect(sample.scheme.verify(withValue(delivery, name, other), sample.keys), other).toBe(
            undefined,
          );
      }
    });

    test('accepts nothing under another label', () => {
      const delivery = sample.signedBy(current);
      for (const name of sample.headers) {
        const [value = ''] = delivery.headers.get(name) ?? [];
        for (const { 0: found, index } of value.matchAll(LABEL))
          for (const label of LABELS.filter((one) => one !== found)) {
            const other = value.slice(0, index) + label + value.slice(index + found.length);
            const swapped = withValue(delivery, name, other);
            expect(sample.scheme.verify(swapped, sample.keys), other).toBe(undefined);
          }
      }
    });

    test('takes no empty key, and no key of another one beside it', () => {
      const empty = all.webhookKey(current.id, '');
      expect(() => sample.scheme.verify(sample.signedBy(current), [empty])).toThrow(TypeError);
      expect(sample.scheme.verify(sample.signedBy(current), [])).toBe(undefined);
    });
  },
);

function withValue(delivery: Delivery, name: string, value: string): Delivery {
  return { ...delivery, headers: new Map(delivery.headers).set(name, [value]) };
}

function ed25519Sample(): Sample {
  const [first, second] = [3, 4].map((number) =>
    all.webhookKey(`pair-${number}`, `whsk_${all.testSecret(number).toString('base64')}`),
  ) as [Key, Key];
  const body = Buffer.from('{"a":1}');
  const message = { id: 'msg_1', at: new Date(1614265330_000), body };
  return {
    scheme: all.standardWebhooks({ prefix: 'webhook' }),
    keys: [publicOf(first), publicOf(second)],
    signedBy: ({ id }) =>
      all.deliveryOf(body, all.sign(message, [id === first.id ? first : second])),
    headers: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  };
}

function publicOf({ id, secret }: Key): Key {
  const seed = Buffer.from(secret.reveal().slice('whsk_'.length), 'base64').toString('base64url');
  const der = Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    Buffer.from(seed, 'base64url'),
  ]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return all.webhookKey(id, `whpk_${Buffer.from(x, 'base64url').toString('base64')}`);
}
