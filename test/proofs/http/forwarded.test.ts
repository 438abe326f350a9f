import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicAccess } from '@app/platform/http/access';
import type { Api, Module } from '@app/platform/service/module';
import { openAppWithoutDatabase } from '../../test/support/open-app.ts';

const access = publicAccess('A specimen that only this test serves.');
const modules: readonly Module[] = [{ id: 'specimen', routes: addRoutes }];

const FORGED = {
  host: 'service.test',
  'x-forwarded-host': 'evil.test',
  'x-forwarded-proto': 'https',
  forwarded: 'for=192.0.2.1;host=evil.test;proto=https',
  'x-real-ip': '192.0.2.1',
};

const PROXY = '10.0.0.2';
const CLIENT = '203.0.113.9';
const ADDRESSES: readonly [string, readonly string[], remote: string, forwardedFor: string][] = [
  ['it comes past the proxy', [PROXY], CLIENT, '192.0.2.1'],
  ['it names the proxy', [PROXY], PROXY, `${PROXY}, ${CLIENT}`],
];

for (const [name, proxies, remote, forwardedFor] of ADDRESSES)
  test(`the address is the one that a listed proxy saw: ${name} (AUTH-11)`, async (t) => {
    const { app, close } = await openAppWithoutDatabase({ modules, trustedProxies: proxies });
    t.after(close);
    const headers = { ...FORGED, 'x-forwarded-for': forwardedFor };
    const answer = await app.inject({ url: '/seen', headers, remoteAddress: remote });
    assert.deepEqual(answer.json().seen, [CLIENT, 'service.test', 'http', 'x-forwarded-for']);
  });

test('a listed proxy that passes on what is no address is refused', async (t) => {
  const { app, close } = await openAppWithoutDatabase({ modules, trustedProxies: [PROXY] });
  t.after(close);
  for (const forged of ['evil', '203.0.113.9:80', '<script>', "' or 1=1"]) {
    const headers = { ...FORGED, 'x-forwarded-for': forged };
    const answer = await app.inject({ url: '/seen', headers, remoteAddress: PROXY });
    assert.equal(answer.statusCode, 400, forged);
  }
});

function addRoutes(app: Api): void {
  app.get('/seen', { config: { access } }, async ({ ip, host, protocol, headers }) => ({
    seen: [ip, host, protocol, ...Object.keys(headers).filter((name) => /forward/.test(name))],
  }));
}
