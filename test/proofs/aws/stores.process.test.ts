import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { encryptionKey, signingKey } from '@app/platform/keys/keys';
import { Secret, SecretReference } from '@app/platform/secrets/secret';
import type { TestAws } from '../../platform/test/support/aws.ts';
import { openTestAws } from '../../platform/test/support/aws.ts';
import { makeKey, makeLockedBucket, makeSecretPlace, putSecret } from './support/places.ts';
import { folderWith } from '../../platform/test/support/folder.ts';
import { databaseSignIn } from '@app/platform/aws/database-sign-in';
import { openOperatorStores } from '@app/platform/service/operator-stores';
import { openStores } from '@app/platform/service/stores';
import type { CommandConfig } from '@app/platform/service/config';
import { readCommandConfig, readConfig } from '../../services/api/config.ts';
import { api } from '../../services/api/service.ts';

const PREFIX = 'shop/dev/';
const TOKEN = new SecretReference('payments/token');
const TEXT = Buffer.from('text');

let aws: TestAws;
let whole: Record<string, string>;
before(async () => {
  aws = await openTestAws();
  const begun = '2026-01-01T00:00:00Z';
  whole = {
    AWS_REGION: 'eu-central-1',
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/x',
    KMS_ENDPOINT: aws.endpoint,
    SECRETS_ENDPOINT: aws.endpoint,
    S3_ENDPOINT: aws.endpoint,
    KMS_KEYS: JSON.stringify({
      sign: { audit: [{ arn: await makeKey(aws, 'sign'), notBefore: begun }] },
      encrypt: { webhooks: [{ arn: await makeKey(aws, 'encrypt') }] },
    }),
    SECRETS_PREFIX: PREFIX,
    ANCHORS_BUCKET: await makeLockedBucket(aws),
  };
  await makeSecretPlace(aws, PREFIX + TOKEN.name);
  giveCredentials();
});
after(() => aws.close());

// In the place of the task's own address, which is on no machine but a task's.
function giveCredentials(): void {
  const leave = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    if (!String(input).startsWith('http://169.254.170.2/')) return leave(input, init);
    const { accessKeyId, secretAccessKey, sessionToken, expiration } =
      await aws.access.credentials();
    return Response.json({
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: expiration.toISOString(),
    });
  };
}

function configured(source: Record<string, string>): CommandConfig {
  const config = readCommandConfig(source);
  assert.ok(config.ok, config.ok ? '' : config.error.join('\n'));
  return config.value;
}

function problems(source: Record<string, string>): readonly string[] {
  const config = readCommandConfig(source);
  return config.ok ? [] : config.error;
}

// A process of its own: this one has the stand-in, and with it the SDK.
test('where a folder is configured nothing of the SDK is loaded', async () => {
  const program = `
    const { registerHooks } = await import('node:module');
    registerHooks({
      load(url, context, next) {
        if (/node_modules.(?:@aws-sdk|@smithy)/.test(url)) throw new Error('loaded ' + url);
        return next(url, context);
      },
    });
    const { api } = await import(${JSON.stringify(new URL('../../services/api/service.ts', import.meta.url).href)});
    const { openStores } = await import(${JSON.stringify(import.meta.resolve('@app/platform/service/stores'))});
    const stores = { kind: 'folder', path: ${JSON.stringify(await folderWith({ after }, {}))} };
    await (await openStores(api, { stores, environment: () => ({}) })).anchors.append('line');`;
  const args = [...process.execArgv, '--input-type=module', '--eval', program];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});

test('keys, secrets and anchors are those of AWS where the environment says so', async () => {
  const { keys, secrets, anchors } = await openStores(api, configured(whole));
  const signed = await keys.sign(signingKey('audit'), TEXT);
  assert.ok(await keys.verify(signingKey('audit'), TEXT, signed));
  const sealed = await keys.encrypt(encryptionKey('webhooks'), TEXT, ['row:1']);
  assert.ok((await keys.decrypt(encryptionKey('webhooks'), sealed, ['row:1'])).ok);
  await anchors.append('line');
  assert.equal(await anchors.last(), 'line');
  await assert.rejects(secrets.read(TOKEN), /is not set/);
});

test('a person puts a secret in its place, which the service reads, and no task does; a key is for a deploy to make', async () => {
  const { keys, secrets } = await openOperatorStores(api, configured(whole));
  await assert.rejects(
    secrets.set(TOKEN, new Secret('value')),
    /^Error: payments\/token is in Secrets Manager: a person puts its value there, as infra\/README\.md says\.$/,
  );
  await putSecret(aws, PREFIX + TOKEN.name, new Secret('value'));
  const service = await openStores(api, configured(whole));
  assert.ok((await service.secrets.read(TOKEN)).equals('value'));
  assert.ok(!('set' in service.secrets) && !('rotate' in service.keys));
  await assert.rejects(
    keys.rotate(signingKey('audit'), 0),
    /^Error: audit is a key of KMS: add a generation of it in infra\/keys\.json, and deploy\.$/,
  );
});

test('both places, half of one, and neither in production are told in a sentence', () => {
  assert.deepEqual(problems({ ...whole, DATA_FOLDER: '/var/lib/api' }), [
    'DATA_FOLDER and KMS_ENDPOINT name two places for keys, secrets and anchors: unset one.',
  ]);
  for (const name of Object.keys(whole).filter((known) => !known.startsWith('AWS_'))) {
    const { [name]: _, ...half } = whole;
    assert.match(problems(half).join(), new RegExp(`^${name} is required beside `), name);
  }
  const production = readConfig([], {});
  assert.match(production.ok ? '' : production.error.join('\n'), /^DATA_FOLDER, or KMS_ENDPOINT/m);
});

test('a ring of keys that is none, or not the newest first, stops the start', () => {
  const arn = `arn:aws:kms:eu-central-1:123456789012:key/a`;
  const [older, newer] = ['2026-01-01T00:00:00Z', '2026-06-01T00:00:00Z'];
  const rings = [
    '{}',
    'no JSON',
    JSON.stringify({ sign: { audit: [] }, encrypt: {} }),
    JSON.stringify({ sign: {}, encrypt: { webhooks: [{ arn: 'alias/webhooks' }] } }),
    JSON.stringify({
      sign: { audit: [older, newer].map((notBefore) => ({ arn, notBefore })) },
      encrypt: {},
    }),
  ];
  for (const ring of rings)
    assert.match(problems({ ...whole, KMS_KEYS: ring }).join(), /^KMS_KEYS must be /, ring);
});

test('the database is entered as the task, or with a password, and not with both (HOOK-6)', () => {
  const server = { kind: 'server', url: 'postgres://api@db.internal:5432/app' } as const;
  const { environment } = configured(whole);
  assert.equal(databaseSignIn(environment, server), undefined);
  const iam = configured({ ...whole, DATABASE_SIGN_IN: 'iam' }).environment;
  assert.ok(databaseSignIn(iam, server));
  for (const also of [{ passwordFile: '/run/password' }, { caFile: '/run/ca.pem' }])
    assert.throws(() => databaseSignIn(iam, { ...server, ...also }), /unset these/);
  assert.match(problems({ DATABASE_SIGN_IN: 'password' }).join(), /^DATABASE_SIGN_IN must be iam/);
});

test('what only a task of ECS has is asked for by name', async () => {
  for (const name of ['AWS_REGION', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']) {
    const { [name]: _, ...lacking } = whole;
    await assert.rejects(
      openStores(api, configured(lacking)),
      new RegExp(`^Error: ${name} is required`),
    );
  }
});
