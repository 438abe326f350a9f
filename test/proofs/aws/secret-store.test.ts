import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { WritableSecretStore } from '@app/platform/secrets/secret';
import { Secret, SecretReference } from '@app/platform/secrets/secret';
import { makeSecretPlace, putSecret } from './support/places.ts';
import { openTestAws } from '../../platform/test/support/aws.ts';
import { secretStoreContract } from '../contracts/secret-store.ts';
import { clientConfig } from '@app/platform/aws/client';
import { awsSecretStore } from '@app/platform/aws/secret-store';

const aws = await openTestAws();
after(() => aws.close());
const client = new SecretsManagerClient(clientConfig(aws.access, aws.endpoint));

const MINUTE_MS = 60_000;
const token = new SecretReference('payments/token');

// A new one each time, so that another server than the stand-in remembers nothing of the last run.
function newPrefix(): string {
  return `${randomBytes(8).toString('hex')}/dev/`;
}

const putting =
  (prefix: string): WritableSecretStore['set'] =>
  ({ name }, value) =>
    putSecret(aws, prefix + name, value);

secretStoreContract('AWS', async () => {
  const prefix = newPrefix();
  const names = ['contract', 'contract/first', 'contract-first', 'contract/first/second'];
  for (const name of names) await makeSecretPlace(aws, prefix + name);
  // The contract reads what it has set a moment ago: no reader is as young.
  let clock = 0;
  const now = () => (clock += 2 * MINUTE_MS);
  return { ...awsSecretStore(client, prefix, now), set: putting(prefix) };
});

interface Opened extends WritableSecretStore {
  readonly asked: () => number;
  readonly advance: (ms: number) => void;
  readonly stage: (value: string, stage: string) => Promise<unknown>;
}

async function open(): Promise<Opened> {
  const prefix = newPrefix();
  const SecretId = prefix + token.name;
  await makeSecretPlace(aws, SecretId);
  let [clock, asked] = [0, 0];
  const counting = {
    send: (command: never) => {
      asked += 1;
      return client.send(command);
    },
  };
  return {
    ...awsSecretStore(counting as never, prefix, () => clock),
    set: putting(prefix),
    asked: () => asked,
    advance: (ms) => void (clock += ms),
    stage: (SecretString, stage) =>
      client.send(new PutSecretValueCommand({ SecretId, SecretString, VersionStages: [stage] })),
  };
}

test('a secret is asked for once a minute, however many read it at once', async () => {
  const store = await open();
  await store.set(token, new Secret('first'));
  const read = await Promise.all(Array.from({ length: 20 }, () => store.read(token)));
  assert.ok(read.every((secret) => secret.equals('first')));
  assert.equal(store.asked(), 1);
});

test('one that was replaced is seen a minute later, also where the clock is set back', async () => {
  for (const ms of [MINUTE_MS, -MINUTE_MS]) {
    const store = await open();
    await store.set(token, new Secret('first'));
    await store.read(token);
    await store.set(token, new Secret('second'));
    assert.ok((await store.read(token)).equals('first'));
    store.advance(ms);
    assert.ok((await store.read(token)).equals('second'));
  }
});

test('one that another side refused is looked for again, and not in a storm (HOOK-6)', async () => {
  const store = await open();
  await store.set(token, new Secret('first'));
  const refused = await store.read(token);
  await store.set(token, new Secret('second'));
  store.advance(1_000);
  assert.ok((await store.read(token, { refused })).equals('second'));
  // It is not the one that was refused, so nobody asks for it.
  assert.ok((await store.read(token, { refused })).equals('second'));
  assert.equal(store.asked(), 2);
  const both = await store.read(token);
  for (let round = 0; round < 10; round += 1) await store.read(token, { refused: both });
  assert.equal(store.asked(), 2);
});

test('what a rotation has only prepared is not served (HOOK-6)', async () => {
  const store = await open();
  await store.set(token, new Secret('in use'));
  await store.stage('prepared', 'AWSPENDING');
  store.advance(MINUTE_MS);
  assert.ok((await store.read(token)).equals('in use'));
  await store.stage('prepared', 'AWSCURRENT');
  store.advance(MINUTE_MS);
  assert.ok((await store.read(token)).equals('prepared'));
});

test('no error says what the secret is, or what AWS says of it (HOOK-6)', async () => {
  const value = randomBytes(12).toString('hex');
  const quoting = Object.assign(new Error(`not ${value}`), { name: 'ValidationException' });
  const refusing = { send: async () => Promise.reject(quoting) } as never;
  await assert.rejects(awsSecretStore(refusing, 'p/dev/').read(token), (error: Error) => {
    assert.match(error.message, /the secret payments\/token failed: ValidationException\.$/);
    assert.equal(error.cause, undefined);
    return true;
  });
});

test('what failed is asked for again, and is not remembered', async () => {
  const store = await open();
  await assert.rejects(store.read(token), /is not set/);
  await store.set(token, new Secret('late'));
  assert.ok((await store.read(token)).equals('late'));
});
