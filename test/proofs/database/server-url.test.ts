import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { isLocal, parseServerUrl } from '@app/platform/database/server';

// Made anew at each run, so that no file holds anything shaped like a password.
const SECRET = randomBytes(12).toString('hex');

test('a URL names user, host, port and database', () => {
  assert.deepEqual(parseServerUrl('postgres://app@db.internal:6543/orders'), {
    host: 'db.internal',
    port: 6543,
    user: 'app',
    database: 'orders',
  });
  assert.equal(parseServerUrl('postgresql://app@db.internal/orders').port, 5432);
  assert.equal(parseServerUrl('postgres://app@[::1]/orders').host, '::1');
  assert.equal(parseServerUrl('postgres://app@%2Frun%2Fpostgresql/orders').host, '/run/postgresql');
});

const refused: Record<string, [string, RegExp]> = {
  'a password': [`postgres://app:${SECRET}@db/orders`, /holds a password/],
  'a password without a user': [`postgres://:${SECRET}@db/orders`, /holds a password/],
  'a parameter that turns TLS off': [
    `postgres://app@db/orders?sslmode=disable&password=${SECRET}`,
    /holds parameters/,
  ],
  'a parameter that moves the host': ['postgres://app@db/orders?host=evil', /holds parameters/],
  'a fragment': [`postgres://app@db/orders#${SECRET}`, /holds parameters/],
  'another scheme': [`mysql://app@db/${SECRET}`, /must start with postgres/],
  'http, which would parse as well': [`http://app@db/${SECRET}`, /must start with postgres/],
  'no user, which PGUSER would fill in': ['postgres://db/orders', /must name a user/],
  'no host, which PGHOST would fill in': ['postgres:///orders', /must name a user/],
  'no database, which would be the user': ['postgres://app@db', /must name a user/],
  'two names in the path': ['postgres://app@db/orders/other', /more than one name/],
  'a stray percent sign': [`postgres://app@db/${SECRET}%zz`, /stray %/],
  'no URL at all': [`app ${SECRET}`, /cannot be read/],
  'an unreadable port': [`postgres://app:${SECRET}@db:port/orders`, /cannot be read/],
};

for (const [what, [url, sentence]] of Object.entries(refused)) {
  test(`a database URL with ${what} is refused, and not repeated (HOOK-6)`, () => {
    assert.throws(
      () => parseServerUrl(url),
      (error: Error) => {
        assert.match(error.message, sentence);
        assert.ok(!`${error.stack} ${JSON.stringify(error)}`.includes(SECRET));
        return true;
      },
    );
  });
}

test('only this machine itself counts as local', () => {
  for (const host of ['localhost', '127.0.0.1', '::1', '/run/postgresql']) assert.ok(isLocal(host));
  for (const host of [
    '127.0.0.1.example.com',
    'localhost.example.com',
    '0.0.0.0',
    '10.0.0.1',
    '',
  ]) {
    assert.ok(!isLocal(host));
  }
});
