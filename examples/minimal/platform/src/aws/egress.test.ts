import assert from 'node:assert/strict';
import files from 'node:fs/promises';
import { after, before, mock, test } from 'node:test';
import { guardProcess, openEgress } from '../egress.ts';
import { onlyWithin } from '../egress/connect.ts';
import type { DenialTold } from '../egress/denied.ts';
import { told } from '../egress/denied.ts';
import type { EgressEntry } from '../egress.ts';
import { readEgress } from '../egress/shards.ts';
import { encryptionKey } from '../keys.ts';
import { SecretReference } from '../secrets.ts';
import type { TestAws } from '../testing/aws.ts';

// Before any of the SDK is loaded: it takes hold of what reads files as it is.
const reading = mock.method(files, 'readFile').mock;
const { openTestAws } = await import('../testing/aws.ts');
const { makeKey, makeLockedBucket } = await import('../testing/aws-places.ts');
const { iamSignIn } = await import('./database-sign-in.ts');
const { openAnchorLog, openKeyStore, openSecretStore } = await import('./open.ts');
const { openAsMaster } = await import('./open-master.ts');

const EGRESS = new URL('../../../security/egress/', import.meta.url);
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
  // As services/api/egress.ts makes it of a receiver that is configured.
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

test('all clients leave through the guard, to where they are configured (HOOK-4)', async () => {
  const arn = await makeKey(aws, 'encrypt');
  const keys = openKeyStore(aws.access, aws.endpoint, { sign: {}, encrypt: { rows: [{ arn }] } });
  const sealed = await keys.encrypt(rows, TEXT, ['row:1']);
  assert.deepEqual(await keys.decrypt(rows, sealed, ['row:1']), { ok: true, value: TEXT });
  const anchors = openAnchorLog(aws.access, aws.endpoint, await makeLockedBucket(aws));
  await anchors.append('line');
  assert.deepEqual(await anchors.lines(), ['line']);
  const secrets = openSecretStore(aws.access, aws.endpoint, 'shop/dev/');
  await assert.rejects(secrets.read(new SecretReference('none')), /is not set/);
  await assert.rejects(openAsMaster(aws.access, aws.endpoint, 'none', DATABASE), /NotFound/);
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
  const calls = [
    () => openKeyStore(aws.access, ELSEWHERE, ring).encrypt(rows, TEXT, ['row:1']),
    () => openAnchorLog(aws.access, ELSEWHERE, 'bucket').last(),
    () => openSecretStore(aws.access, ELSEWHERE, 'shop/dev/').read(new SecretReference('a')),
    () => openAsMaster(aws.access, ELSEWHERE, 'none', DATABASE),
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
