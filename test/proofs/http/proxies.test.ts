import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { appWithoutDatabase } from '../../test/support/build-app.ts';
import { publicAccess } from '@app/platform/http/access';
import type { Module } from '@app/platform/service/module';

const access = publicAccess('A specimen that only this test serves.');
const specimen: Module = {
  id: 'specimen',
  routes: (app) =>
    void app.get('/seen', { config: { access } }, async ({ ip, host, protocol, headers }) => ({
      seen: [ip, host, protocol, ...Object.keys(headers).filter((name) => /forward/.test(name))],
    })),
};

const FORGED = {
  host: 'service.test',
  'x-forwarded-host': 'evil.test',
  'x-forwarded-proto': 'https',
  forwarded: 'for=192.0.2.1;host=evil.test;proto=https',
  'x-real-ip': '192.0.2.1',
};

async function seen(
  t: TestContext,
  trustedProxies: readonly string[],
  remoteAddress: string,
  forwardedFor: string,
) {
  const { app, close } = await appWithoutDatabase({ modules: [specimen], trustedProxies });
  t.after(close);
  const headers = { ...FORGED, 'x-forwarded-for': forwardedFor };
  const answer = await app.inject({ url: '/seen', headers, remoteAddress });
  return answer.statusCode === 200 ? answer.json().seen : answer.statusCode;
}

const ADDRESSES: readonly [string, readonly string[], string, string, string][] = [
  ['no proxy is listed', [], '203.0.113.9', '192.0.2.1', '203.0.113.9'],
  ['it comes past the proxy', ['10.0.0.2'], '203.0.113.9', '192.0.2.1', '203.0.113.9'],
  [
    'the proxy adds to a forged one',
    ['10.0.0.2'],
    '10.0.0.2',
    '192.0.2.1, 203.0.113.9',
    '203.0.113.9',
  ],
  ['it names the proxy', ['10.0.0.2'], '10.0.0.2', '10.0.0.2, 203.0.113.9', '203.0.113.9'],
  [
    'two proxies in a row',
    ['10.0.0.0/24'],
    '10.0.0.2',
    '192.0.2.1, 203.0.113.9, 10.0.0.7',
    '203.0.113.9',
  ],
];

for (const [name, proxies, remoteAddress, forwardedFor, expected] of ADDRESSES)
  test(`the address is the one that a listed proxy saw: ${name} (AUTH-11)`, async (t) => {
    const found = await seen(t, proxies, remoteAddress, forwardedFor);
    assert.deepEqual(found, [expected, 'service.test', 'http', 'x-forwarded-for']);
  });

test('a listed proxy that passes on what is no address is refused', async (t) => {
  for (const forged of ['evil', '203.0.113.9:80', '<script>', "' or 1=1"])
    assert.equal(await seen(t, ['10.0.0.2'], '10.0.0.2', forged), 400, forged);
});
