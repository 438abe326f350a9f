import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { asMaster } from '@app/platform/aws/logins';

const URL_OF_DATABASE = 'postgres://anybody@app.cluster-x.eu-central-1.rds.amazonaws.com:5432/app';
const REGION = 'eu-central-1';

function holding(SecretString: string) {
  return { send: async () => ({ SecretString }) } as never;
}

test('the database is entered as RDS has made it, over TLS that RDS vouches for (HOOK-6)', async () => {
  const password = randomBytes(12).toString('hex');
  const secret = JSON.stringify({ username: 'master', password, engine: 'postgres' });
  const { url, signIn } = await asMaster(holding(secret), 'arn', URL_OF_DATABASE, REGION);
  assert.equal(url, URL_OF_DATABASE.replace('anybody', 'master'));
  assert.equal(await signIn?.password(), password);
  assert.equal(signIn?.ca.length, 3);
});

test('what is in the secret is in no error (HOOK-6)', async () => {
  const password = randomBytes(12).toString('hex');
  for (const secret of [password, JSON.stringify({ password }), ''])
    await assert.rejects(asMaster(holding(secret), 'arn', URL_OF_DATABASE, REGION), {
      message: 'The secret of the database is not one that RDS has made.',
    });
});
