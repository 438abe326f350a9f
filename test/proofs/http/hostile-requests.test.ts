import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { after, before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describeApi } from '@app/platform/http/openapi';
import { PROBLEM_TYPE, problemBody, problems } from '@app/platform/http/problems';
import { limits } from '@app/platform/http/limits';
import { securityHeaders } from '@app/platform/http/server';
import type { TestApp } from '../../test/support/open-app.ts';
import { openAppWithoutDatabase } from '../../test/support/open-app.ts';
import type { Operation } from '../../test/support/described.ts';
import { isDescribed, operationsOf } from '../../test/support/described.ts';
import { bodies } from './hostile/bodies.ts';
import type { Answer, Exchange } from './hostile/client.ts';
import { exchange } from './hostile/client.ts';
import { halfClosed, slow, tooMany } from './hostile/connections.ts';
import { framing } from './hostile/framing.ts';
import { headers } from './hostile/headers.ts';
import { queries } from './hostile/queries.ts';
import { requestLines } from './hostile/request-lines.ts';
import type { Expected, Row } from '../../platform/test/support/hostile-requests.ts';
import { hostileRequests, row, specimen } from '../../platform/test/support/hostile-requests.ts';

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  'request lines': [...hostileRequests['request lines'], ...requestLines],
  queries: [...hostileRequests.queries, ...queries],
  headers: [...hostileRequests.headers, ...headers],
  framing: [...hostileRequests.framing, ...framing],
  bodies: [...hostileRequests.bodies, ...bodies],
  'half-closed connections': halfClosed,
};

const SLOW = [...hostileRequests['slow clients'], ...slow];

// As many connections at once: hostile clients do not wait for each other.
const AT_ONCE = 16;

const FEWEST_ROWS = 120;
const HEAP_MAY_GROW_BYTES = 48 * 1024 * 1024;

let service: TestApp;
let operations: readonly Operation[];
before(async () => {
  service = await listening();
  operations = operationsOf(service.app.swagger());
});
after(() => service.close());

for (const [name, table] of Object.entries(TABLES))
  test(`hostile ${name} get the answer that is written down, and no more (CHECK-11)`, async (t) => {
    await inParallel(table, (each) =>
      t.test(each.name, async () => asExpected(each, await exchange(portOf(service), each))),
    );
  });

test('there are at least as many hostile requests as were promised, each under its own name', () => {
  const tables = [...Object.values(TABLES), SLOW];
  assert.ok(tables.flat().length >= FEWEST_ROWS);
  for (const table of tables)
    assert.equal(new Set(table.map(({ name }) => name)).size, table.length);
});

test('clients that are too slow are let go in time', async (t) => {
  const impatient = await withLimits(t, {
    headersTimeoutMs: 300,
    requestTimeoutMs: 400,
    timeoutCheckMs: 50,
  });
  await inParallel(SLOW, (each) =>
    t.test(each.name, async () => asExpected(each, await exchange(portOf(impatient), each))),
  );
});

test('a connection makes so many requests and no more', async (t) => {
  const strict = await withLimits(t, { requestsPerSocket: 3 });
  const { answers, closed } = await exchange(portOf(strict), row('many', tooMany(), 200, 200, 200));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.equal(answers.at(-1)?.headers['connection'], 'close');
  assert.ok(closed);
});

test('HEAD is answered as GET is, without the body', async () => {
  const [get, head] = await Promise.all([
    service.app.inject('/livez'),
    service.app.inject({ method: 'HEAD', url: '/livez' }),
  ]);
  assert.equal(head.statusCode, 200);
  assert.equal(head.body, '');
  assert.equal(head.headers['content-length'], get.headers['content-length']);
});

test('none of it is an error of ours, and none of it stays in memory', async () => {
  const rows = Object.values(TABLES).flat();
  service.lines.length = 0;
  const bytesBefore = heapInUse();
  await inParallel(rows, (each) => exchange(portOf(service), each));
  assert.deepEqual(
    service.lines.filter((line) => line.includes('"level":50')),
    [],
  );
  service.lines.length = 0;
  const grown = heapInUse() - bytesBefore;
  assert.ok(grown < HEAP_MAY_GROW_BYTES, `${grown} bytes`);
});

async function listening(): Promise<TestApp> {
  const started = await openAppWithoutDatabase({
    modules: [specimen],
    describe: describeApi({ name: 'api', description: 'A service under test.', version: '0.0.0' }),
  });
  await started.app.listen({ host: '127.0.0.1', port: 0 });
  return started;
}

// Shortened for as long as the test takes, so that nobody waits for the real ones.
async function withLimits(
  t: TestContext,
  changed: Partial<Record<keyof typeof limits, number>>,
): Promise<TestApp> {
  for (const [name, value] of Object.entries(changed))
    t.mock.property(limits, name as keyof typeof limits, value as never);
  const started = await listening();
  t.after(() => started.close());
  return started;
}

function portOf({ app }: TestApp): number {
  return (app.server.address() as AddressInfo).port;
}

async function inParallel(rows: readonly Row[], each: (row: Row) => Promise<unknown>) {
  const waiting = [...rows];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await each(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

function asExpected(
  { send, answers: expected, halfClose }: Row,
  { answers, next, closed }: Exchange,
) {
  refusalIsDescribed(send.join(''), answers[0]);
  assert.deepEqual(answers.map(nameOf), expected);
  for (const [index, each] of answers.entries())
    if (each.status !== 100) isDocumented(each, expected[index]);
  // Either it says that it closes, and does, or the next request on it is answered as if nothing had been.
  if (halfClose || answers.at(-1)?.headers['connection'] === 'close') {
    assert.deepEqual(next, []);
    assert.ok(closed, 'the connection stays open');
  } else assert.deepEqual(next.map(nameOf), [200]);
}

// Whatever can be read as a request to a route is refused with what the route's description lists.
function refusalIsDescribed(sent: string, first: Answer | undefined): void {
  const [, method = '', target = ''] = /^([A-Z]+) (\S+) HTTP\/1\.[01]\r\n/.exec(sent) ?? [];
  const operation = operationOf(operations, method, target);
  if (operation && first && first.status >= 400) isDescribed(operation, first);
}

function nameOf({ status, body }: Answer): Expected | string {
  return status < 300 ? (status as 200) : (/"code":"([a-z-]+)"/.exec(body)?.[1] ?? `${status}`);
}

function isDocumented({ status, headers: sent, body }: Answer, expected?: Expected): void {
  for (const [name, value] of Object.entries(securityHeaders)) assert.equal(sent[name], value);
  assert.deepEqual(
    Object.keys(sent).filter((name) => /^(?:server|x-powered-by|access-control-)/.test(name)),
    [],
  );
  assert.match(sent['x-request-id'] ?? '', /^[0-9a-f-]{36}$/);
  if (expected === undefined || typeof expected === 'number') return;
  assert.equal(status, problems[expected].status);
  assert.match(sent['content-type'] ?? '', new RegExp(`^${PROBLEM_TYPE.replace('+', '\\+')}`));
  const { errors, ...rest } = JSON.parse(body);
  assert.deepEqual(rest, problemBody(expected, sent['x-request-id'] ?? ''));
  for (const { pointer } of errors ?? [])
    assert.match(pointer, /^(?:\/(?:title|size|flag|n|all|tags))?$/);
  assert.equal('allow' in sent, expected === 'method-not-allowed');
}

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** The operation that a request line is about; none where the address or its method is not described. */
function operationOf(described: readonly Operation[], method: string, target: string) {
  const path = target.split('?', 1)[0] ?? '';
  return described.find((each) => {
    const pattern = each.url.replaceAll(/\{\w+\}/g, '[^/]+');
    return each.method === method && new RegExp(`^${pattern}$`).test(path);
  });
}
