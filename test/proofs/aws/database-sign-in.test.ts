import assert from 'node:assert/strict';
import { randomUUID, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { iamSignIn } from '@app/platform/aws/database-sign-in';

const URL_OF_API = 'postgres://api@app.cluster-x.eu-central-1.rds.amazonaws.com:5432/app';

const access = {
  region: 'eu-central-1',
  credentials: async () => ({
    accessKeyId: 'test',
    secretAccessKey: randomUUID(),
    sessionToken: randomUUID(),
    expiration: new Date(Date.now() + 60 * 60_000),
  }),
};

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
