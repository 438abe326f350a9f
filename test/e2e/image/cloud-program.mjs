// Runs in an emitted project, in a network of its own: the stand-in for AWS, where ECS has its credentials, and RDS's door.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientConfig } from '@app/platform/aws/client';
import { openTestAws } from './platform/test/support/aws.ts';
import { makeKey, makeLockedBucket, makeSecretPlace } from './proofs/aws/support/places.ts';

const CREDENTIALS = '/v2/credentials/task';
const MASTER = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!cluster-master';

const { socket, database, given, region } = JSON.parse(process.argv.at(-1));
const aws = await openTestAws();
const { key, cert } = certificate();
await serve(credentials(), 80, '169.254.170.2');
const port = await serve(rds(), 0, '127.0.0.1');
await makeMasterSecret();
const bucket = await makeLockedBucket(aws);
const arns = {};
for (const { KMS_KEYS } of Object.values(given))
  for (const [use, purposes] of Object.entries(JSON.parse(KMS_KEYS)))
    for (const purpose of Object.keys(purposes)) arns[purpose] ??= await makeKey(aws, use);

const environments = Object.fromEntries(
  Object.entries(given).map(([program, environment]) => [program, here(environment)]),
);
console.log(JSON.stringify({ environments, authority: cert }));
process.stdin.resume().on('end', () => process.exit());

/** Only places and names differ: what there is to be told is what infra/ tells. */
function here(environment) {
  const found = {
    AWS_REGION: region,
    KMS_ENDPOINT: aws.endpoint,
    SECRETS_ENDPOINT: aws.endpoint,
    S3_ENDPOINT: aws.endpoint,
    KMS_KEYS: JSON.stringify(ring(JSON.parse(environment.KMS_KEYS))),
    ANCHORS_BUCKET: bucket,
    DATABASE_MASTER_SECRET: MASTER,
  };
  const replaced = Object.entries(environment).map(([name, value]) => [name, found[name] ?? value]);
  const url = new URL(environment.DATABASE_URL);
  return {
    ...Object.fromEntries(replaced),
    DATABASE_URL: `postgres://${url.username}@127.0.0.1:${port}/${database}`,
    // By ECS itself, for a task that has a role.
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: CREDENTIALS,
  };
}

function ring(uses) {
  const made = ([purpose, generations]) => [
    purpose,
    generations.map((generation) => ({ ...generation, arn: arns[purpose] })),
  ];
  return Object.fromEntries(
    Object.entries(uses).map(([use, purposes]) => [
      use,
      Object.fromEntries(Object.entries(purposes).map(made)),
    ]),
  );
}

function credentials() {
  return createHttpServer(async ({ url }, response) => {
    const { accessKeyId, secretAccessKey, sessionToken, expiration } =
      await aws.access.credentials();
    const answer = {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: expiration.toISOString(),
    };
    response.writeHead(url === CREDENTIALS ? 200 : 404).end(JSON.stringify(answer));
  });
}

/** Speaks TLS as RDS does, and nothing without: who does not ask for it first is hung up on. */
function rds() {
  return createServer((plain) => {
    plain.on('error', () => {});
    plain.once('data', (asked) => {
      if (asked.readUInt32BE(4) !== 80877103) return plain.destroy();
      plain.write('S');
      const secure = new TLSSocket(plain, { isServer: true, key, cert });
      const server = connect(socket);
      for (const [one, other] of [
        [secure, server],
        [server, secure],
      ])
        one.on('error', () => other.destroy()).pipe(other);
    });
  });
}

async function makeMasterSecret() {
  const client = new SecretsManagerClient(clientConfig(aws.access, aws.endpoint));
  const SecretString = JSON.stringify({ username: 'bootstrap', password: 'it is trusted' });
  await makeSecretPlace(aws, MASTER);
  await client.send(new PutSecretValueCommand({ SecretId: MASTER, SecretString }));
}

// One that is its own authority, named as the one of the region is.
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), 'create-secure-app-'));
  const [keyFile, certFile] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
  const subject = `/CN=Amazon RDS ${region} Root CA ECC384 G1`;
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj SUBJECT -addext subjectAltName=IP:127.0.0.1,DNS:localhost -keyout ${keyFile} -out ${certFile}`
      .split(' ')
      .map((word) => (word === 'SUBJECT' ? subject : word)),
    { stdio: 'ignore' },
  );
  const made = { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') };
  rmSync(folder, { recursive: true });
  return made;
}

function serve(server, at, host) {
  return new Promise((resolve) => {
    server.listen(at, host, () => resolve(server.address().port));
  });
}
