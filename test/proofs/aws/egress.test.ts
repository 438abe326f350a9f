import assert from 'node:assert/strict';
import files from 'node:fs/promises';
import { after, before, mock, test } from 'node:test';
import { guardProcess, openEgress } from '@app/platform/egress/guard';
import { onlyWithin } from '@app/platform/egress/connect';
import type { DenialTold } from '@app/platform/egress/denied';
import { told } from '@app/platform/egress/denied';
import type { KeyRing } from '@app/platform/aws/key-ring';
import type { EgressEntry } from '@app/platform/egress/hosts';
import { readEgress } from '@app/platform/egress/hosts';
import { encryptionKey } from '@app/platform/keys/keys';
import { SecretReference } from '@app/platform/secrets/secret';
import type { TestAws } from '../../platform/test/support/aws.ts';

// Before any of the SDK is loaded: it takes hold of what reads files as it is.
const reading = mock.method(files, 'readFile').mock;
const { openTestAws } = await import('../../platform/test/support/aws.ts');
const { makeKey, makeLockedBucket } = await import('./support/places.ts');
const { iamSignIn } = await import('@app/platform/aws/database-sign-in');
const { KMSClient } = await import('@aws-sdk/client-kms');
const { S3Client } = await import('@aws-sdk/client-s3');
const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
const { s3AnchorLog } = await import('@app/platform/aws/anchor-log');
const { bucketsConfig, clientConfig } = await import('@app/platform/aws/client');
const { kmsKeyStore } = await import('@app/platform/aws/key-store');
const { asMaster } = await import('@app/platform/aws/logins');
const { awsSecretStore } = await import('@app/platform/aws/secret-store');

const EGRESS = new URL('../../security/egress/', import.meta.url);
const ELSEWHERE = 'https://kms.eu-central-1.amazonaws.com';
const TEXT = Buffer.from('text');
const DATABASE = 'postgres://api@db.example:5432/app';

const rows = encryptionKey('rows');
const denials: DenialTold[] = [];
let aws: TestAws;
let listed: readonly EgressEntry[];

before(async () => {
  aws = await openTestAws();
  listed = readEgress(EGRESS, { local: false });
  // As the service makes it of a receiver that is configured.
  const { port } = new URL(aws.endpoint);
  const here: EgressEntry = {
    host: '127.0.0.1',
    ports: [Number(port)],
    class: 'vpc',
    loopback: true,
    reason: 'the stand-in',
  };
  guardProcess(openEgress([...listed, here]));
  told.subscribe((denial) => denials.push(denial as DenialTold));
});
after(() => aws.close());

// The clients as the service makes them, to an endpoint of this test's choice.
function clientsTo(endpoint: string) {
  const secretsManager = new SecretsManagerClient(clientConfig(aws.access, endpoint));
  return {
    keys: (ring: KeyRing) => kmsKeyStore(new KMSClient(clientConfig(aws.access, endpoint)), ring),
    anchors: (bucket: string) =>
      s3AnchorLog(new S3Client(bucketsConfig(aws.access, endpoint)), bucket),
    secrets: awsSecretStore(secretsManager, 'shop/dev/'),
    signInAsMaster: () => asMaster(secretsManager, 'none', DATABASE, aws.access.region),
  };
}

test('all clients leave through the guard, to where they are configured (HOOK-4)', async () => {
  const arn = await makeKey(aws, 'encrypt');
  const clients = clientsTo(aws.endpoint);
  const keys = clients.keys({ sign: {}, encrypt: { rows: [{ arn }] } });
  const sealed = await keys.encrypt(rows, TEXT, ['row:1']);
  assert.deepEqual(await keys.decrypt(rows, sealed, ['row:1']), { ok: true, value: TEXT });
  const anchors = clients.anchors(await makeLockedBucket(aws));
  await anchors.append('line');
  assert.deepEqual(await anchors.lines(), ['line']);
  await assert.rejects(clients.secrets.read(new SecretReference('none')), /is not set/);
  await assert.rejects(clients.signInAsMaster(), /NotFound/);
  assert.match(
    await iamSignIn(aws.access, DATABASE).password(),
    /^db\.example:5432\/\?Action=connect/,
  );
  assert.deepEqual(denials, []);
});

test('no client looks into a file of the machine, not even for its settings (HOOK-6)', () => {
  assert.deepEqual(
    reading.calls.map(({ arguments: [file] }) => String(file)),
    [],
  );
});

test('no client reaches another host, the one of AWS included (HOOK-4)', async () => {
  const ring = { sign: {}, encrypt: { rows: [{ arn: 'arn' }] } };
  const clients = clientsTo(ELSEWHERE);
  const calls = [
    () => clients.keys(ring).encrypt(rows, TEXT, ['row:1']),
    () => clients.anchors('bucket').last(),
    () => clients.secrets.read(new SecretReference('a')),
    () => clients.signInAsMaster(),
  ];
  for (const call of calls) {
    denials.length = 0;
    await assert.rejects(call);
    assert.deepEqual([...new Set(denials.map(({ reason }) => reason))], ['unlisted']);
  }
});

test('the credentials of the task are let out for, and those of the machine are not (HOOK-4)', async () => {
  const credentials = listed.filter((entry) => entry.class === 'task-credentials');
  assert.deepEqual(
    credentials.map(({ host, ports }) => [host, ...ports]),
    [['169.254.170.2', 80]],
  );
  denials.length = 0;
  await assert.rejects(fetch('http://169.254.169.254/latest/meta-data/'));
  assert.deepEqual(
    denials.map(({ reason }) => reason),
    ['address-literal'],
  );
  // Nobody listens at that address but on a task: so it is only asked whether the guard would let go.
  const asked = {
    origin: 'http://169.254.170.2',
    path: '/v2/credentials/x',
    method: 'GET',
  } as const;
  const [open, closed] = [openEgress(listed), openEgress([])];
  assert.doesNotThrow(() =>
    open.dispatcher.dispatch(asked, { onRequestStart: () => {}, onResponseError: () => {} }),
  );
  assert.throws(() => closed.dispatcher.dispatch(asked, {}), { code: 'EGRESS_DENIED' });
  await open.close();
});

test('an endpoint is private in our network, or public where S3 has its gateway (HOOK-4)', async () => {
  const entry = { host: 's3.eu-central-1.amazonaws.com', class: 'vpc' } as const;
  const leads = (address: string) =>
    new Promise((resolve) => {
      const found = onlyWithin(entry, (_host, _options, cb) => cb(null, [{ address, family: 4 }]));
      found(entry.host, {}, (error) => resolve(error === null));
    });
  for (const address of ['10.0.3.7', '52.219.170.1']) assert.ok(await leads(address), address);
  for (const address of ['169.254.169.254', '127.0.0.1', '100.100.100.200'])
    assert.ok(!(await leads(address)), address);
});
