import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import { IDEMPOTENCY_KEY } from '@app/platform/http/idempotency';
import { limits } from '@app/platform/http/limits';
import { isSafe } from '@app/platform/http/methods';
import { describeApi } from '@app/platform/http/openapi';
import { problems } from '@app/platform/http/problems';
import { rateLimits } from '@app/platform/http/rate-limits';
import { deriveOpenApi } from '../../scripts/refresh.ts';
import type { TestApp } from '../support/build-app.ts';
import { openTestApp } from '../support/build-app.ts';
import type { Operation } from '../support/described.ts';
import { isDescribed, operationsOf } from '../support/described.ts';
import type { Sample, SampleRequest } from '../support/installed.ts';
import { installedSupport } from '../support/installed.ts';
import type { Answer, Client } from '../support/signed-in.ts';
import { signedIn } from '../support/signed-in.ts';

const derived = await deriveOpenApi();
const documented = operationsOf(JSON.parse(derived));

const STOLEN = 100;
const LARGEST = Math.max(limits.bodyBytes, limits.deliveryBytes);
// No request provokes these by what it holds: its sender is slow, out of luck or too late.
const UNPROVOKED: ReadonlySet<string> = new Set(['404', '408', '500', '503']);

const met = new Map<Operation, Set<string>>();

let operations: readonly Operation[];
let service: TestApp;
let strict: TestApp;
let samples: readonly Sample[];
let elsewhere: Readonly<Record<string, readonly string[]>>;
before(async () => {
  service = await openTestApp({
    describe: describeApi({ name: 'api', description: 'A service under test.', version: '0.0.0' }),
  });
  operations = operationsOf(service.app.swagger());
  const network = { ...rateLimits.network, points: 1, lease: 1 };
  const delivery = { ...rateLimits.delivery, points: 0 };
  const limitsReached = { ...rateLimits, network, delivery };
  strict = await openTestApp({ database: service.database, limits: limitsReached });
  const support = await installedSupport();
  samples = support.flatMap((each) => each.samples ?? []);
  elsewhere = Object.assign({}, ...support.map((each) => each.metElsewhere));
});
after(async () => {
  await strict.app.close();
  await service.close();
});

test('the description in the repository is the one that the routes make', () => {
  const kept = readFileSync(new URL('../../services/api/openapi.json', import.meta.url), 'utf8');
  assert.equal(kept, derived, 'Run `npm run refresh`.');
});

test('every operation lists its refusals, in the one shape there is (CHECK-11)', () => {
  const known = new Set(Object.values(problems).map(({ status }) => String(status)));
  assert.ok(documented.length > 0);
  for (const { method, url, security, responses } of documented) {
    const name = `${method} ${url}`;
    assert.ok('400' in responses && Object.keys(responses).some((status) => status < '300'), name);
    assert.equal(
      '401' in responses,
      security.every((each) => Object.keys(each).length > 0),
      name,
    );
    for (const [status, response] of Object.entries(responses)) {
      if (status < '400') continue;
      assert.ok(known.has(status), `${name} ${status}`);
      assert.match(JSON.stringify(response), /problem\+json.*schemas\/Problem"/);
    }
  }
});

test('whatever is wrong with a request, its operation lists the answer (CHECK-11)', async () => {
  for (const operation of operations) {
    const send = sender(service, operation);
    const client = await signedIn(service);
    const same = { cookie: client.cookie, 'sec-fetch-site': 'same-origin' };
    await send({});
    await send(same, '?unknown=1');
    await send(same, `?${'a'.repeat(limits.urlCharacters)}`);
    await send({ ...same, expect: '200-ok' });
    await send(Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`x-${index}`, 'a'])));
    await send({ cookie: (await signedIn(service, { risk: STOLEN })).cookie });
    await send({ ...same, [IDEMPOTENCY_KEY]: 'short' });
    if (isSafe(operation.method)) continue;
    await send({ ...same, 'sec-fetch-site': 'cross-site' });
    await send({ ...same, 'content-type': 'text/plain' }, '', 'a');
    const large = `{"a":"${'a'.repeat(LARGEST)}"}`;
    await send({ ...same, 'content-type': 'application/json' }, '', large);
  }
});

test('a change, its retry and its conflicts are listed with what they say beside the body (CHECK-11)', async () => {
  for (const sample of samples) {
    const operation = operationOfRoute(sample.route);
    const { role } = sample;
    const member = () => signedIn(service, { roles: role === undefined ? [] : [role] });
    const request = await sample.prepare(await member());
    const key = randomUUID();
    const send = async () => of(operation, await sent(await member(), operation, request, key));
    assert.ok((await send()).statusCode < 300, sample.route);
    assert.equal((await send()).headers['idempotency-replayed'], 'true', sample.route);
    const row = sql`update idempotency_key set status = null, headers = null, body = null, resource = null`;
    await owner(sql`${row} where key = ${key}`);
    assert.equal((await send()).statusCode, 409, sample.route);
    await owner(sql`update idempotency_key set fingerprint = sha256('another') where key = ${key}`);
    assert.equal((await send()).statusCode, 422, sample.route);
    const keyless = of(operation, await sent(await member(), operation, request));
    const isRequired = operation.parameters.some(
      ({ name, required }) => name === 'Idempotency-Key' && required,
    );
    assert.equal(/idempotency-key-required/.test(keyless.body), isRequired, sample.route);
  }
});

test('who asks too often is told so where it is listed, and nowhere else (CHECK-11)', async () => {
  await strict.app.inject('/session');
  for (const operation of operations) {
    const { statusCode } = await sender(strict, operation)({});
    assert.equal(statusCode === 429, '429' in operation.responses, operation.url);
  }
});

test('nothing is listed that no request meets (CHECK-11)', () => {
  for (const operation of operations) {
    const listed = Object.keys(operation.responses).filter((status) => status >= '400');
    const unmet = listed.filter((status) => !met.get(operation)?.has(status));
    const name = `${operation.method} ${operation.url}`;
    assert.deepEqual(
      unmet.filter((status) => !UNPROVOKED.has(status) && !elsewhere[name]?.includes(status)),
      [],
      name,
    );
  }
});

function sender({ app }: TestApp, operation: Operation) {
  const url = operation.url.replaceAll(/\{\w+\}/g, randomUUID());
  return async (headers: object, query = '', payload?: string): Promise<Answer> => {
    const request = { method: operation.method, url: url + query, headers, payload };
    return of(operation, await app.inject(request as never));
  };
}

function of(operation: Operation, answer: Answer): Answer {
  const { statusCode: status, headers, body } = answer;
  isDescribed(operation, { status, headers, body });
  met.set(operation, (met.get(operation) ?? new Set()).add(String(status)));
  return answer;
}

function operationOfRoute(route: string): Operation {
  const described = route.replaceAll(/:(\w+)/g, '{$1}');
  const operation = operations.find(({ method, url }) => `${method} ${url}` === described);
  assert.ok(operation, `${route} is not described`);
  return operation;
}

function sent(
  client: Client,
  { method }: Operation,
  { url, payload }: SampleRequest,
  key?: string,
) {
  return client.send(method, url, payload, { [IDEMPOTENCY_KEY]: key });
}

function owner(statement: RawBuilder<unknown>): Promise<unknown> {
  return service.database.ownerTransaction('arrange a conflict', (tx) => statement.execute(tx.sql));
}
