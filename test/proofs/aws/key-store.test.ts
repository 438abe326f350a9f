import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { KMSClient } from '@aws-sdk/client-kms';
import type { KeyStore } from '@app/platform/keys/keys';
import { encryptionKey, signingKey } from '@app/platform/keys/keys';
import { openTestAws } from '../../platform/test/support/aws.ts';
import { makeKey } from './support/places.ts';
import type { KeysUnderTest } from '../contracts/key-store.ts';
import { keyStoreContract } from '../contracts/key-store.ts';
import { clientConfig } from '@app/platform/aws/client';
import type { KeyRing } from '@app/platform/aws/settings';
import { kmsKeyStore } from '@app/platform/aws/key-store';

const aws = await openTestAws();
after(() => aws.close());
const kms = new KMSClient(clientConfig(aws.access, aws.endpoint));

const [audit, rows] = [signingKey('audit'), encryptionKey('rows')];
const TEXT = Buffer.from('text');
const DAY_MS = 24 * 60 * 60_000;

keyStoreContract('AWS', async () => {
  let clock = Date.now();
  let ring = await ringOf(
    ['contract-seals', 'contract-other'],
    ['contract-rows', 'contract-moved'],
  );
  const open = (): KeyStore => kmsKeyStore(kms, ring, () => clock);
  // As a deploy does it: a new generation, and from when on the one before is over.
  const rotate: KeysUnderTest['rotate'] = async (key, overlapMs) => {
    clock += 1;
    ring = await nextGeneration(ring, key, new Date(clock), overlapMs);
    return open();
  };
  return { store: open(), rotate, advance: (ms) => void (clock += ms) };
});

async function ringOf(sign: readonly string[], encrypt: readonly string[]): Promise<KeyRing> {
  const notBefore = new Date(Date.now() - DAY_MS).toISOString();
  const signing = sign.map(async (name) => [
    name,
    [{ arn: await makeKey(aws, 'sign'), notBefore }],
  ]);
  const encrypting = encrypt.map(async (name) => [name, [{ arn: await makeKey(aws, 'encrypt') }]]);
  return {
    sign: Object.fromEntries(await Promise.all(signing)) as KeyRing['sign'],
    encrypt: Object.fromEntries(await Promise.all(encrypting)) as KeyRing['encrypt'],
  };
}

async function nextGeneration(
  { sign, encrypt }: KeyRing,
  key: string,
  now: Date,
  overlapMs: number,
): Promise<KeyRing> {
  const [latest, ...older] = sign[key] ?? [];
  if (!latest) {
    const next = { arn: await makeKey(aws, 'encrypt') };
    return { sign, encrypt: { ...encrypt, [key]: [next, ...(encrypt[key] ?? [])] } };
  }
  const next = { arn: await makeKey(aws, 'sign'), notBefore: now.toISOString() };
  const over = { ...latest, notAfter: new Date(now.getTime() + overlapMs).toISOString() };
  return { sign: { ...sign, [key]: [next, over, ...older] }, encrypt };
}

test('what is longer than KMS takes is signed too, by its digest', async () => {
  const store = kmsKeyStore(kms, await ringOf(['audit'], []));
  const long = randomBytes(100_000);
  assert.ok(await store.verify(audit, long, await store.sign(audit, long)));
});

test('a key that is deployed before it begins signs from then on, and is known before', async () => {
  let clock = Date.now();
  const first = await ringOf(['audit'], []);
  const begins = new Date(clock + DAY_MS);
  const ring = await nextGeneration(first, 'audit', begins, DAY_MS);
  const store = kmsKeyStore(kms, ring, () => clock);
  const old = await store.sign(audit, TEXT);
  assert.equal((await store.publicKeys(audit)).at(-1)?.keyId, old.keyId);
  clock += DAY_MS;
  assert.notEqual((await store.sign(audit, TEXT)).keyId, old.keyId);
});

test('a purpose without a key is said by name, and none is made for it (AUTHZ-4)', async () => {
  const store = kmsKeyStore(kms, await ringOf([], []));
  await assert.rejects(store.sign(audit, TEXT), /The key audit does not sign: .* a deploy adds it/);
  await assert.rejects(store.encrypt(rows, TEXT, ['row:1']), /The key rows does not encrypt/);
});

test('verifying asks KMS once, and each message has a data key of its own (HOOK-6)', async () => {
  const calls: string[] = [];
  const told = {
    send: (command: { readonly constructor: { readonly name: string } }) => {
      calls.push(command.constructor.name);
      return kms.send(command as never);
    },
  };
  const store = kmsKeyStore(told as never, await ringOf(['audit'], ['rows']));
  const signed = await store.sign(audit, TEXT);
  for (let round = 0; round < 3; round += 1) assert.ok(await store.verify(audit, TEXT, signed));
  assert.deepEqual(calls.splice(0), ['GetPublicKeyCommand', 'SignCommand']);
  const ciphertext = await store.encrypt(rows, TEXT, ['row:1']);
  for (let round = 0; round < 2; round += 1) await store.decrypt(rows, ciphertext, ['row:1']);
  assert.deepEqual(calls, ['GenerateDataKeyCommand', 'DecryptCommand', 'DecryptCommand']);
});

test('what AWS is told of a message is a digest of where it belongs (HOOK-6)', async () => {
  const told: unknown[] = [];
  const listening = {
    send: (command: { readonly input: unknown }) => {
      told.push(command.input);
      return kms.send(command as never);
    },
  };
  const store = kmsKeyStore(listening as never, await ringOf([], ['rows']));
  for (const bound of [
    ['tenant:acme', 'row:1'],
    ['tenant:acme', 'row:2'],
  ] as const)
    await store.encrypt(rows, TEXT, [...bound]);
  assert.doesNotMatch(JSON.stringify(told), /acme|row:/);
  const contexts = told.map((input) => JSON.stringify(Object(input).EncryptionContext));
  assert.match(contexts.join(), /"purpose":"rows","bound":"[0-9a-f]{64}"/);
  assert.equal(new Set(contexts).size, 2);
});

test('what AWS refuses is an error of ours that quotes nothing (HOOK-6)', async () => {
  const quoting = Object.assign(new Error(`no access to ${TEXT.toString()}`), {
    name: 'AccessDeniedException',
  });
  const store = kmsKeyStore({ send: async () => Promise.reject(quoting) } as never, {
    sign: { audit: [{ arn: 'arn', notBefore: new Date(0).toISOString() }] },
    encrypt: { rows: [{ arn: 'arn' }] },
  });
  for (const call of [store.sign(audit, TEXT), store.encrypt(rows, TEXT, ['row:1'])])
    await assert.rejects(call, (error: Error) => {
      assert.match(error.message, /failed: AccessDeniedException\.$/);
      assert.equal(error.cause, undefined);
      return true;
    });
});
