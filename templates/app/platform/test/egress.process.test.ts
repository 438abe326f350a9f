import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import project from '../../package.json' with { type: 'json' };
import { commands as known } from '../../services/api/commands.ts';
import { bareEnvironment } from './support/environment.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const COMMAND = /^node services\/api\/command\.ts ([a-z-]+)$/;

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

// Without arguments a command ends at once. By then its process is guarded, or it never is.
const REPORT_GUARD = `data:text/javascript,${encodeURIComponent(`process.on('exit', () => {
  const { writable } = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  process.stderr.write(writable ? '[open]' : '[guarded]');
});`)}`;

// No server listens there: a command that needs no argument changes no database.
const COMMAND_ENVIRONMENT = {
  ...bareEnvironment(),
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
};

const commands = Object.values(project.scripts).flatMap(
  (script: string) => COMMAND.exec(script)?.[1] ?? [],
);

test('whatever calls out passes the one way, with variables that name a proxy or without (HOOK-4)', () => {
  const proxies = Object.fromEntries(PROXIES.map((name) => [name, 'http://127.0.0.1:2']));
  assert.deepEqual(callsOf({ ...proxies, NODE_USE_ENV_PROXY: '1' }), REFUSED);
});

test('commands are found by the scripts that run them', () => {
  assert.deepEqual(commands.toSorted(), Object.keys(known).toSorted());
});

for (const command of commands) {
  test(`the command ${command} has the one way out before it does anything (HOOK-4)`, async () => {
    assert.match(await endOf(command), /\[guarded\]$/);
  });
}

function endOf(command: string): Promise<string> {
  const argv = [...process.execArgv, '--import', REPORT_GUARD, 'services/api/command.ts', command];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      argv,
      { cwd: root, env: COMMAND_ENVIRONMENT },
      (_error, _stdout, stderr) => resolve(stderr),
    );
  });
}

function callsOf(env: Record<string, string>): unknown {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program, 'https://127.0.0.1:2/'],
    { env, encoding: 'utf8', cwd: new URL('../', import.meta.url) },
  );
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
