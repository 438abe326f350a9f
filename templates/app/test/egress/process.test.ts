import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const program = `
  const { setGlobalDispatcher, fetch: packagesFetch, request, Agent } = await import('undici');
  const { openEgress, guardProcess } = await import('@app/platform/egress');
  const before = globalThis.fetch;
  guardProcess(openEgress([]));
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
    replaced,
  }));`;

// What a proxy's variables would do to it: every call to a host of somebody else's choice.
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY'];

test('whatever calls out passes the one way: fetch, a fetch taken aside, packages, clients (HOOK-4)', () => {
  assert.deepEqual(callsOf({}), REFUSED);
});

test('variables that name a proxy change nothing (HOOK-4)', () => {
  const proxies = Object.fromEntries(PROXIES.map((name) => [name, 'http://127.0.0.1:1']));
  assert.deepEqual(callsOf({ ...proxies, NODE_USE_ENV_PROXY: '1' }), REFUSED);
});

const REFUSED = {
  fetch: 'EgressDenied',
  withItsOwn: 'EgressDenied',
  asRequest: 'EgressDenied',
  before: 'EgressDenied',
  package: 'EgressDenied',
  request: 'EgressDenied',
  client: 'EgressDenied',
  replaced: ['TypeError', 'TypeError'],
};

function callsOf(env: Record<string, string>): unknown {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program, 'https://127.0.0.1:2/'],
    { env, encoding: 'utf8', cwd: new URL('../../platform/', import.meta.url) },
  );
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
