import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import http2 from 'node:http2';
import net from 'node:net';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { onlyWithin } from '@app/platform/egress/connect';
import { SERVER_URL } from '../../platform/test/support/database.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { Canaries, deepBody, requestTo } from '../../test/support/canary.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { NAME, openWayOut, to, within } from '../../platform/test/support/egress-servers.ts';

const NOWHERE = { host: '127.0.0.1', port: 1 };

// Every way out of a process ends in one of these. Whoever holds a socket of its own, such as a package, passes here too.
type Method = (...given: unknown[]) => unknown;
const LAST_STEPS: readonly (readonly [owner: object, name: string])[] = [
  [net.Socket.prototype, 'connect'],
  [dgram.Socket.prototype, 'send'],
  [dgram.Socket.prototype, 'connect'],
  [dns, 'lookup'],
];

const left: string[] = [];
// A socket that is opened stays by itself; undici holds the one it waits for weakly, and would wait for ever once it is gone.
const held: unknown[] = [];

function ignore(): void {}

// None of them is taken: what is seen here would have left.
function watch(): void {
  for (const [owner, name] of LAST_STEPS) {
    const methods = owner as Record<string, Method>;
    const original = methods[name] as Method;
    methods[name] = function step(this: unknown, ...given: unknown[]) {
      if (isDatabase(given)) return original.apply(this, given);
      left.push(name);
      held.push(this);
      return this;
    };
    undo.push(() => (methods[name] = original));
  }
}

const undo: (() => void)[] = [];

function isDatabase(given: readonly unknown[]): boolean {
  const { port } = new URL(SERVER_URL ?? 'none:');
  return port !== '' && given.includes(Number(port));
}

let service: TestApp;
before(async () => {
  service = await openTestApp();
  watch();
});
after(async () => {
  for (const restore of undo) restore();
  await service.close();
});

test('a socket that somebody opens past the guard is seen, however they do it (HOOK-4)', () => {
  for (const way of [
    () => net.connect(NOWHERE),
    () => tls.connect(NOWHERE),
    () => http.get(NOWHERE).on('error', ignore),
    () => http2.connect('http://127.0.0.1:1').on('error', ignore),
    () => dgram.createSocket('udp4').send('a', NOWHERE.port, NOWHERE.host),
    () => dns.lookup('localhost', ignore),
  ]) {
    left.length = 0;
    way();
    assert.notDeepEqual(left, [], String(way));
  }
});

test('no request makes the service call anybody, whatever it holds (HOOK-4)', async () => {
  left.length = 0;
  const canaries = new Canaries();
  const { cookie } = await signedIn(service, { roles: ['member'] });
  for (const { method, url } of service.app.inventory)
    for (const payload of [{}, deepBody(canaries, url)])
      await service.app.inject(requestTo(canaries, method, url, cookie, payload));
  assert.deepEqual(left, []);
});

test('credentials and private endpoints are dialled still, each by its class (HOOK-4)', async (t) => {
  left.length = 0;
  const listed = { host: '169.254.170.2', ports: [80], reason: 'a test' };
  const short = within({ connectMs: 20 });
  const { fetch, denials } = openWayOut(t, [{ ...listed, class: 'task-credentials' }], short);
  await assert.rejects(fetch('http://169.254.170.2/v2/credentials'));
  assert.deepEqual([left, denials], [['connect'], []]);
  const resolve = to('10.0.0.7');
  for (const [reach, reached] of [
    ['vpc', '10.0.0.7'],
    ['public', ''],
  ] as const)
    onlyWithin({ ...listed, host: NAME, class: reach }, resolve)(NAME, {}, (_error, address) =>
      assert.equal(address, reached),
    );
});
