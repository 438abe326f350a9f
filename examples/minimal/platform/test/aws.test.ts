import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import files from 'node:fs/promises';
import { after, mock, test } from 'node:test';
import type { KeyRing } from '../src/aws/settings.ts';
import { serverConfig } from '../src/database/server.ts';
import type { DenialTold } from '../src/egress/denied.ts';
import { told } from '../src/egress/denied.ts';
import { guardProcess, openEgress } from '../src/egress/guard.ts';
import type { EgressEntry } from '../src/egress/hosts.ts';
import { readEgress } from '../src/egress/hosts.ts';
import { encryptionKey, signingKey } from '../src/keys/keys.ts';
import { Secret, SecretReference } from '../src/secrets/secret.ts';

// Before the SDK loads: it takes the functions that read files as they are then.
const reading = mock.method(files, 'readFile').mock;
const kms = await import('@aws-sdk/client-kms');
const s3 = await import('@aws-sdk/client-s3');
const secretsManager = await import('@aws-sdk/client-secrets-manager');
const { s3AnchorLog } = await import('../src/aws/anchor-log.ts');
const { bucketsConfig, clientConfig, taskCredentials } = await import('../src/aws/client.ts');
const { iamSignIn } = await import('../src/aws/database-sign-in.ts');
const { kmsKeyStore } = await import('../src/aws/key-store.ts');
const { asMaster } = await import('../src/aws/logins.ts');
const { awsSecretStore } = await import('../src/aws/secret-store.ts');
const { openTestAws, REGION } = await import('./support/aws.ts');

const aws = await openTestAws();
after(() => aws.close());
const { access, endpoint } = aws;
const toKms = new kms.KMSClient(clientConfig(access, endpoint));
const toSecrets = new secretsManager.SecretsManagerClient(clientConfig(access, endpoint));
const toBuckets = new s3.S3Client(bucketsConfig(access, endpoint));

const EGRESS = new URL('../../security/egress/', import.meta.url);
const listed = readEgress(EGRESS, { local: false });
const ELSEWHERE = 'https://kms.eu-central-1.amazonaws.com';
const DATABASE = 'postgres://api@app.cluster-x.eu-central-1.rds.amazonaws.com:5432/app';
const CREDENTIALS_PATH = '/v2/credentials/5fe0c1a8';
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const QUARTER_S = '900';

const [audit, rows] = [signingKey('audit'), encryptionKey('rows')];
const TEXT = Buffer.from('text');

const answer = (at: number) => ({
  AccessKeyId: `key-${at}`,
  SecretAccessKey: randomUUID(),
  Token: randomUUID(),
  Expiration: new Date(at + 6 * HOUR_MS).toISOString(),
});

// Before any test that guards this process: then no test can replace the global fetch.
test('credentials come from the task, once for all who ask, and in time (HOOK-6)', async (t) => {
  let clock = 0;
  const asked: string[] = [];
  t.mock.method(globalThis, 'fetch', async (url: URL) => {
    asked.push(String(url));
    return Response.json(answer(clock));
  });
  const credentials = taskCredentials(CREDENTIALS_PATH, () => clock);
  const held = await Promise.all(Array.from({ length: 10 }, credentials));
  assert.deepEqual(asked, [`http://169.254.170.2${CREDENTIALS_PATH}`]);
  assert.ok(held.every(({ accessKeyId }) => accessKeyId === 'key-0'));
  // A database token that is signed now must be valid for its quarter of an hour.
  clock = 6 * HOUR_MS - 19 * 60_000;
  assert.equal((await credentials()).accessKeyId, `key-${clock}`);
  assert.equal(asked.length, 2);
});

test('no other host is asked for credentials, whatever the path says (HOOK-4)', () => {
  for (const path of ['//attacker.example/', 'http://attacker.example/', '\\\\attacker.example'])
    assert.throws(() => taskCredentials(path), /from the task, and no other host/, path);
});

test('KMS signs for one purpose, and only what it signed verifies (HOOK-6)', async () => {
  const notBefore = new Date(0).toISOString();
  const sign = { audit: [{ arn: await createKey('SIGN_VERIFY'), notBefore }] };
  const store = kmsKeyStore(toKms, { sign, encrypt: {} });
  const long = randomBytes(100_000);
  const signed = await store.sign(audit, long);
  assert.ok(await store.verify(audit, long, signed));
  assert.ok(!(await store.verify(audit, TEXT, signed)));
  assert.ok(!(await store.verify(audit, long, { ...signed, keyId: '0'.repeat(16) })));
  await assert.rejects(store.sign(signingKey('other'), TEXT), /The key other does not sign/);
});

test('an envelope opens at its own place alone, which KMS learns as a digest (HOOK-6)', async (t) => {
  const arn = await createKey('ENCRYPT_DECRYPT');
  const store = kmsKeyStore(toKms, { sign: {}, encrypt: { rows: [{ arn }], other: [{ arn }] } });
  const sending = t.mock.method(toKms, 'send').mock;
  const sealed = await store.encrypt(rows, TEXT, ['tenant:acme', 'row:1']);
  const opened = await store.decrypt(rows, sealed, ['tenant:acme', 'row:1']);
  assert.deepEqual(opened, { ok: true, value: TEXT });
  assert.ok(!(await store.decrypt(rows, sealed, ['tenant:acme', 'row:2'])).ok);
  assert.ok(!(await store.decrypt(encryptionKey('other'), sealed, ['tenant:acme', 'row:1'])).ok);
  assert.ok(!(await store.decrypt(rows, sealed.subarray(0, -1), ['tenant:acme', 'row:1'])).ok);
  const inputs = sending.calls.map(({ arguments: [command] }) => JSON.stringify(command.input));
  assert.match(inputs[0] ?? '', /"purpose":"rows","bound":"[0-9a-f]{64}"/);
  assert.doesNotMatch(inputs.join(), /acme|row:/);
});

test('a secret is read as it is now, and not as a rotation prepares it (HOOK-6)', async () => {
  const [prefix, token] = [`${randomUUID()}/dev/`, new SecretReference('payments/token')];
  const SecretId = prefix + token.name;
  const put = (SecretString: string, stage: string) =>
    toSecrets.send(
      new secretsManager.PutSecretValueCommand({ SecretId, SecretString, VersionStages: [stage] }),
    );
  await toSecrets.send(new secretsManager.CreateSecretCommand({ Name: SecretId }));
  await assert.rejects(awsSecretStore(toSecrets, prefix).read(token), /is not set/);
  await put('in use', 'AWSCURRENT');
  await put('prepared', 'AWSPENDING');
  let clock = 0;
  const store = awsSecretStore(toSecrets, prefix, () => clock);
  assert.ok((await store.read(token)).equals('in use'));
  await put('prepared', 'AWSCURRENT');
  clock += 1_000;
  assert.ok((await store.read(token)).equals('in use'));
  // The other side refused the old value, so the store reads again.
  assert.ok((await store.read(token, { refused: new Secret('in use') })).equals('prepared'));
});

test('each anchor is locked for 400 days as it is written (OBS-1)', async () => {
  const bucket = await createLockedBucket();
  const before = Date.now();
  await s3AnchorLog(toBuckets, bucket).append('line');
  const { Contents = [] } = await toBuckets.send(new s3.ListObjectsV2Command({ Bucket: bucket }));
  const asked = { Bucket: bucket, Key: Contents[0]?.Key };
  const about = await toBuckets.send(new s3.GetObjectCommand(asked));
  assert.equal(about.ObjectLockMode, 'COMPLIANCE');
  const days = (Number(about.ObjectLockRetainUntilDate) - before) / DAY_MS;
  assert.ok(days > 399.9 && days < 400.1, String(days));
});

test('of two that write at the same time one is told, and neither line is lost (OBS-1)', async () => {
  const bucket = await createLockedBucket();
  const [one, other] = [s3AnchorLog(toBuckets, bucket), s3AnchorLog(toBuckets, bucket)];
  await one.append('first');
  assert.equal(await other.last(), 'first');
  await one.append('second');
  await assert.rejects(other.append('instead of the second'), /Another process has put an anchor/);
  assert.equal(await other.last(), 'second');
  await other.append('third');
  assert.deepEqual(await one.lines(), ['first', 'second', 'third']);
});

test('each connection signs in with a token of its own, for this login and server (HOOK-6)', async () => {
  const token = new URL(`https://${await iamSignIn(access, DATABASE).password()}`);
  const about = token.searchParams;
  assert.equal(token.host, 'app.cluster-x.eu-central-1.rds.amazonaws.com:5432');
  assert.equal(about.get('Action'), 'connect');
  assert.equal(about.get('DBUser'), 'api');
  assert.equal(about.get('X-Amz-Expires'), QUARTER_S);
  assert.match(about.get('X-Amz-Credential') ?? '', /^test\/\d{8}\/eu-central-1\/rds-db\//);
});

test('only authorities of RDS vouch for the server, and TLS is not left out (HOOK-6)', async () => {
  const signIn = iamSignIn(access, DATABASE);
  for (const host of ['db.internal', '127.0.0.1']) {
    const url = `postgres://api@${host}/app`;
    const { ssl, password } = await serverConfig({ kind: 'server', url, signIn });
    assert.deepEqual(ssl, { rejectUnauthorized: true, minVersion: 'TLSv1.2', ca: [...signIn.ca] });
    assert.ok(typeof password === 'function');
    assert.equal(new URL(`https://${await password()}`).searchParams.get('DBUser'), 'api');
  }
});

const denials: DenialTold[] = [];
let isGuarded = false;

// As the service does with the endpoints of its configuration.
function guardThisProcess(): void {
  if (isGuarded) return;
  isGuarded = true;
  const place = { host: '127.0.0.1', ports: [Number(new URL(endpoint).port)], reason: 'AWS' };
  const standIn: EgressEntry = { ...place, class: 'vpc', loopback: true };
  guardProcess(openEgress([...listed, standIn]));
  told.subscribe((denial) => denials.push(denial as DenialTold));
}

function clientsTo(url: string) {
  guardThisProcess();
  const secrets = new secretsManager.SecretsManagerClient(clientConfig(access, url));
  return {
    keys: (ring: KeyRing) => kmsKeyStore(new kms.KMSClient(clientConfig(access, url)), ring),
    anchors: (bucket: string) => s3AnchorLog(new s3.S3Client(bucketsConfig(access, url)), bucket),
    secrets: awsSecretStore(secrets, 'shop/dev/'),
    signInAsMaster: () => asMaster(secrets, 'none', DATABASE, access.region),
  };
}

test('all clients leave through the guard, to where they are configured (HOOK-4)', async () => {
  const arn = await createKey('ENCRYPT_DECRYPT');
  const clients = clientsTo(endpoint);
  const keys = clients.keys({ sign: {}, encrypt: { rows: [{ arn }] } });
  const sealed = await keys.encrypt(rows, TEXT, ['row:1']);
  assert.deepEqual(await keys.decrypt(rows, sealed, ['row:1']), { ok: true, value: TEXT });
  const anchors = clients.anchors(await createLockedBucket());
  await anchors.append('line');
  assert.deepEqual(await anchors.lines(), ['line']);
  await assert.rejects(clients.secrets.read(new SecretReference('none')), /is not set/);
  await assert.rejects(clients.signInAsMaster(), /NotFound/);
  assert.match(await iamSignIn(access, DATABASE).password(), /:5432\/\?Action=connect/);
  assert.deepEqual(denials, []);
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

test('no client looks into a file of the machine, not even for its settings (HOOK-6)', () => {
  assert.deepEqual(
    reading.calls.map(({ arguments: [file] }) => String(file)),
    [],
  );
});

async function createKey(KeyUsage: 'SIGN_VERIFY' | 'ENCRYPT_DECRYPT'): Promise<string> {
  const KeySpec = KeyUsage === 'SIGN_VERIFY' ? 'ECC_NIST_P256' : 'SYMMETRIC_DEFAULT';
  const created = await toKms.send(new kms.CreateKeyCommand({ KeySpec, KeyUsage }));
  return String(created.KeyMetadata?.Arn);
}

async function createLockedBucket(): Promise<string> {
  const asked = {
    Bucket: `anchors-${randomUUID()}`,
    ObjectLockEnabledForBucket: true,
    CreateBucketConfiguration: { LocationConstraint: REGION },
  } as const;
  await toBuckets.send(new s3.CreateBucketCommand(asked));
  return asked.Bucket;
}
