import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import type { TestContext } from 'node:test';
import { rateLimits } from '@app/platform/http/rate-limits';
import { setSessionCookie } from '@app/platform/http/sessions';
import { certificateFor } from '../platform/test/support/certificate.ts';
import { verifyStaging } from '../scripts/verify-staging.ts';
import { openTestApp } from './support/build-app.ts';

const COOKIE = setSessionCookie('a'.repeat(43));

// Each test sends a hundred requests from one address.
const network = { ...rateLimits.network, points: 1_200_000 };
const service = await openTestApp({ limits: { ...rateLimits, network } });
after(() => service.close());

test('the service as it is fails nothing', async (t) => {
  const { cert, key } = certificateFor('localhost');
  const strong = { minVersion: 'TLSv1.2', ciphers: 'ECDHE+AESGCM', cert, key } as const;
  const server = https.createServer(strong, setting(COOKIE)).on('tlsClientError', () => {});
  const httpPort = await portOf(t, server);
  const origin = new URL(`https://localhost:${httpPort}`);
  const findings = await verifyStaging({ origin, ca: cert, httpPort });
  assert.deepEqual(
    findings.filter(({ problem }) => problem),
    [],
  );
  assert.ok(findings.length > 100);
});

// The session cookie with one flag weakened, and the finding that names the flag.
const WEAK_COOKIES: readonly [string, string][] = [
  [COOKIE.replace('__Host-', ''), 'session prefix'],
  [COOKIE.replace('; Secure', ''), '__Host-session Secure'],
  [COOKIE.replace('; HttpOnly', ''), '__Host-session HttpOnly'],
  [COOKIE.replace('SameSite=Lax', 'SameSite=None'), '__Host-session SameSite'],
  [COOKIE.replace('; Path=/', ''), '__Host-session Path'],
  [`${COOKIE}; Domain=localhost`, '__Host-session Domain'],
];

for (const [cookie, expected] of WEAK_COOKIES) {
  const shown = cookie.replace('a'.repeat(43), '...');
  test(`a weakened cookie fails by the name of its flag: ${shown} (CHECK-3)`, async (t) => {
    const port = await portOf(t, http.createServer(setting(cookie)));
    const findings = await verifyStaging({ origin: new URL(`http://localhost:${port}`) });
    const failed = findings.filter(({ problem }) => problem);
    const names = failed.map(({ check, name }) => `${check} ${name.replace(/^\/\S* /, '')}`);
    assert.deepEqual([...new Set(names)], [`cookie ${expected}`]);
  });
}

/** The service, whose every answer sets this cookie. */
function setting(cookie: string): RequestListener {
  return (request, response) => {
    const writeHead = response.writeHead.bind(response);
    response.writeHead = ((status: number, headers: Record<string, string> = {}) =>
      writeHead(status, { ...headers, 'set-cookie': cookie })) as never;
    service.app.routing(request, response);
  };
}

async function portOf(t: TestContext, server: Server): Promise<number> {
  server.listen(0, 'localhost');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}
