import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

// Every way to call out of a process that lists no host, and each attempt to replace the guard.
const program = `
  const { setGlobalDispatcher, fetch: packagesFetch, request, Agent } = await import('undici');
  const { openEgress, guardProcess } = await import('@app/platform/egress/guard');
  const before = globalThis.fetch;
  guardProcess(openEgress([]));
  const { told } = await import('@app/platform/egress/denied');
  let denials = 0;
  told.subscribe(() => (denials += 1));
  const socketTo = (url) => new Promise((ended) => {
    const before = denials;
    const socket = new WebSocket(url);
    socket.onopen = () => ended('reached');
    socket.onerror = () => ended(denials - before);
  });
  const nameOf = (call) => call.then(() => 'reached', (error) => (error.cause ?? error).name);
  const place = process.argv[1];
  const client = { send: (url, { fetch = globalThis.fetch } = {}) => fetch(url) };
  const replaced = [
    () => setGlobalDispatcher(new Agent()),
    () => void (globalThis.fetch = before),
  ].map((replace) => { try { replace(); return 'replaced'; } catch (error) { return error.name; } });
  process.stdout.write(JSON.stringify({
    fetch: await nameOf(fetch(place)),
    withItsOwn: await nameOf(fetch(place, { dispatcher: new Agent() })),
    asRequest: await nameOf(fetch(new Request(place))),
    before: await nameOf(before(place)),
    package: await nameOf(packagesFetch(place)),
    request: await nameOf(request(place)),
    client: await nameOf(client.send(place)),
    webSocket: await socketTo(place.replace('https', 'wss')),
    replaced,
  }));`;

const REFUSED = {
  fetch: 'EgressDenied',
  withItsOwn: 'EgressDenied',
  asRequest: 'EgressDenied',
  before: 'EgressDenied',
  package: 'EgressDenied',
  request: 'EgressDenied',
  client: 'EgressDenied',
  webSocket: 1,
  replaced: ['TypeError', 'TypeError'],
};

// Node would hand every call to the host that these variables name.
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY'];

test('whatever calls out passes the one way, with variables that name a proxy or without (HOOK-4)', () => {
  const proxies = Object.fromEntries(PROXIES.map((name) => [name, 'http://127.0.0.1:2']));
  assert.deepEqual(callsOf({ ...proxies, NODE_USE_ENV_PROXY: '1' }), REFUSED);
});

function callsOf(env: Record<string, string>): unknown {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program, 'https://127.0.0.1:2/'],
    { env, encoding: 'utf8', cwd: new URL('../', import.meta.url) },
  );
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
