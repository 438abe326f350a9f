import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openAppWithoutDatabase } from '../../test/support/open-app.ts';

const LISTED = 'https://app.example.com';
const UNLISTED = [
  'https://evil.example',
  'https://app.example.com.evil.example',
  'https://evil-app.example.com',
  'http://app.example.com',
  'https://app.example.com:8443',
  'null',
  '*',
  '',
];

const [closed, open] = await Promise.all([
  openAppWithoutDatabase({ modules: [] }),
  openAppWithoutDatabase({ modules: [], corsOrigins: [LISTED] }),
]);
after(() => Promise.all([closed.close(), open.close()]));

function ask(service: typeof open, origin: string, method: 'GET' | 'OPTIONS' = 'GET') {
  const asks = method === 'OPTIONS' ? { 'access-control-request-method': 'POST' } : {};
  return service.app.inject({ method, url: '/livez', headers: { origin, ...asks } });
}

function corsHeaders({ headers }: { headers: object }): readonly string[] {
  return Object.keys(headers).filter((name) => name.startsWith('access-control-'));
}

test('without a list no origin is sent a header that lets it in', async () => {
  for (const origin of [LISTED, ...UNLISTED])
    for (const method of ['GET', 'OPTIONS'] as const)
      assert.deepEqual(corsHeaders(await ask(closed, origin, method)), [], origin);
});

test('the preflight of a listed origin is answered', async () => {
  const answer = await ask(open, LISTED, 'OPTIONS');
  assert.equal(answer.statusCode, 204);
  assert.equal(answer.headers['access-control-allow-origin'], LISTED);
  assert.equal(answer.headers['access-control-allow-credentials'], undefined);
  assert.match(String(answer.headers['access-control-allow-methods']), /\bPOST\b/);
});

test('no cache hands the answer for one origin to another', async () => {
  for (const origin of [LISTED, ...UNLISTED])
    assert.equal((await ask(open, origin)).headers['vary'], 'Origin');
  assert.equal((await open.app.inject('/livez')).headers['vary'], 'Origin');
});
