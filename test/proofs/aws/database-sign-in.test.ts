import assert from 'node:assert/strict';
import { randomUUID, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { serverConfig } from '@app/platform/database/server';
import { iamSignIn } from '@app/platform/aws/database-sign-in';

const URL_OF_API = 'postgres://api@app.cluster-x.eu-central-1.rds.amazonaws.com:5432/app';
const QUARTER_S = '900';

const access = {
  region: 'eu-central-1',
  credentials: async () => ({
    accessKeyId: 'test',
    secretAccessKey: randomUUID(),
    sessionToken: randomUUID(),
    expiration: new Date(Date.now() + 60 * 60_000),
  }),
};

test('each connection signs in with a token of its own, for this login and server (HOOK-6)', async () => {
  const token = new URL(`https://${await iamSignIn(access, URL_OF_API).password()}`);
  const about = token.searchParams;
  assert.equal(token.host, 'app.cluster-x.eu-central-1.rds.amazonaws.com:5432');
  assert.equal(about.get('Action'), 'connect');
  assert.equal(about.get('DBUser'), 'api');
  assert.equal(about.get('X-Amz-Expires'), QUARTER_S);
  assert.match(about.get('X-Amz-Credential') ?? '', /^test\/\d{8}\/eu-central-1\/rds-db\//);
});

test('only authorities of RDS vouch for the server, and TLS is not left out (HOOK-6)', async () => {
  const signIn = iamSignIn(access, URL_OF_API);
  for (const host of ['db.internal', '127.0.0.1']) {
    const url = `postgres://api@${host}/app`;
    const { ssl, password } = await serverConfig({ kind: 'server', url, signIn });
    assert.deepEqual(ssl, { rejectUnauthorized: true, minVersion: 'TLSv1.2', ca: [...signIn.ca] });
    assert.ok(typeof password === 'function');
    assert.equal(new URL(`https://${await password()}`).searchParams.get('DBUser'), 'api');
  }
});

test('they are those of the region, by themselves and for years to come', () => {
  for (const region of ['eu-central-1', 'eu-west-1', 'eu-north-1', 'us-east-1']) {
    const authorities = iamSignIn({ ...access, region }, URL_OF_API).ca.map(
      (pem) => new X509Certificate(pem),
    );
    assert.deepEqual(
      authorities.map(({ subject }) => /CN=.*/.exec(subject)?.[0]).toSorted(),
      ['ECC384', 'RSA2048', 'RSA4096'].map((kind) => `CN=Amazon RDS ${region} Root CA ${kind} G1`),
    );
    assert.ok(
      authorities.every((one) => one.checkIssued(one) && one.validToDate > new Date('2060')),
    );
  }
  assert.throws(() => iamSignIn({ ...access, region: 'xx-west-1' }, URL_OF_API), /No authority/);
});
