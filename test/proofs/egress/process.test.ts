import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { openReceiver } from '../../platform/test/support/receiver.ts';

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

// What a proxy's variables would do to it: every call to a host of somebody else's choice.
const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'ALL_PROXY'];

test('whatever calls out passes the one way, with variables that name a proxy or without (HOOK-4)', () => {
  const proxies = Object.fromEntries(PROXIES.map((name) => [name, 'http://127.0.0.1:2']));
  assert.deepEqual(callsOf({ ...proxies, NODE_USE_ENV_PROXY: '1' }), REFUSED);
});

test('the service starts behind it, its telemetry gets through, and a refusal is an event without an address (HOOK-4, HOOK-6)', async (t) => {
  const receiver = await openReceiver();
  t.after(receiver.close);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', starting], {
    env: { RECEIVER: receiver.endpoint },
    cwd: new URL('../../', import.meta.url),
  });
  const [answers, ...events] = stdout.trim().split('\n').toReversed().map(parsed);
  assert.deepEqual(answers, { receiver: 200, elsewhere: 'EgressDenied' });
  const { time: _, level: __, ...event } = events[0] ?? {};
  assert.deepEqual(event, { event: 'egress-denied', reason: 'address-literal', reportOnly: false });
});

const run = promisify(execFile);

// Where the service would open its database, it calls out instead.
const starting = `
  const { start } = await import('@app/platform/service/serve');
  const { api } = await import('./services/api/service.ts');
  const { readConfig } = await import('./services/api/config.ts');
  const config = readConfig(['--local'], { OTEL_EXPORTER_OTLP_ENDPOINT: process.env.RECEIVER });
  await start(api, config.value, async () => {
    const sent = await fetch(process.env.RECEIVER + '/v1/traces', { method: 'POST', body: '{}' });
    const elsewhere = await fetch('https://10.0.0.1/token?key=token').catch(({ name }) => name);
    process.stdout.write(JSON.stringify({ receiver: sent.status, elsewhere }));
    process.exit();
  });`;

function parsed(line: string): Record<string, unknown> {
  return JSON.parse(line) as Record<string, unknown>;
}

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

function callsOf(env: Record<string, string>): unknown {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program, 'https://127.0.0.1:2/'],
    { env, encoding: 'utf8', cwd: new URL('../../platform/', import.meta.url) },
  );
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
