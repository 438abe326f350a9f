import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import { IDEMPOTENCY_KEY, REPLAYED } from '@app/platform/http/idempotency';
import { isSafe } from '@app/platform/http/methods';
import type { TestApp } from '../support/build-app.ts';
import { openTestApp } from '../support/build-app.ts';
import type { Sample } from '../support/installed.ts';
import { installedSupport } from '../support/installed.ts';
import type { Answer } from '../support/signed-in.ts';
import { signedIn } from '../support/signed-in.ts';
import { auditCount, breakAudit, fingerprint, mendAudit } from '../support/tables.ts';

const DUPLICATES = 8;

let service: TestApp;
let samples: readonly Sample[];
let tenant: string;
before(async () => {
  service = await openTestApp();
  samples = (await installedSupport()).flatMap((support) => support.samples ?? []);
});
after(() => service.close());
// One tenant per test: a module may limit what one tenant creates.
beforeEach(() => {
  tenant = `tenant-${randomUUID()}`;
});

test('every route that changes something has a sample request', () => {
  const changing = service.app.inventory
    .filter(({ method, access }) => !isSafe(method) && access.kind === 'allow')
    .map(({ method, url }) => `${method} ${url}`);
  const sampled = samples.map(({ route }) => route);
  assert.deepEqual(sampled.toSorted(), changing.toSorted(), 'Samples are in samples.ts.');
});

test('every change writes an audit event (OBS-1)', async () => {
  for (const sample of samples) await takesEffect(await request(sample), sample.route);
});

test('somebody without the role changes nothing, and the attempt is on record (AUTHZ-5)', async () => {
  for (const { route, role, prepare } of samples) {
    // Any signed-in caller may send it: there is no caller to refuse.
    if (role === undefined) continue;
    const { url, payload } = await prepare(await signedIn(service, { tenant, roles: [role] }));
    const stranger = await signedIn(service, { tenant, subject: 'mallory' });
    const tables = await fingerprint(service);
    const denied = await auditCount(service, 'denied');
    const answer = await stranger.send(methodOf(route), url, payload);
    assert.ok([403, 404].includes(answer.statusCode), `${route} answers ${answer.statusCode}`);
    assert.deepEqual(await fingerprint(service), tables, route);
    assert.equal(await auditCount(service, 'denied'), denied + 1, route);
  }
});

test('a change whose audit event cannot be written does not happen (OBS-1)', async () => {
  for (const sample of samples) {
    const send = await request(sample);
    const tables = await fingerprint(service);
    assert.equal((await withoutAudit(send)).statusCode, 500, sample.route);
    assert.deepEqual(await fingerprint(service), tables, sample.route);
  }
});

test('a retry is answered as the first request was: one effect, one audit event', async () => {
  for (const sample of samples.filter(staysSignedIn)) {
    const send = await request(sample);
    const events = await auditCount(service, 'success');
    const first = await send();
    assert.ok(first.statusCode < 300, `${sample.route} answers ${first.statusCode}`);
    const tables = await fingerprint(service);
    const again = await send();
    isReplayOf(first, again, sample);
    assert.deepEqual(await fingerprint(service), tables, sample.route);
    assert.equal(await auditCount(service, 'success'), events + 1, sample.route);
  }
});

test('of duplicates that arrive together one takes effect, and the rest wait or are told the same', async () => {
  for (const sample of samples.filter(staysSignedIn)) {
    const send = await request(sample);
    const events = await auditCount(service, 'success');
    const answers = await Promise.all(Array.from({ length: DUPLICATES }, send));
    const [first, ...more] = answers.filter((one) => isDone(one) && !(REPLAYED in one.headers));
    assert.ok(first && more.length === 0, `${sample.route} took effect ${1 + more.length} times`);
    for (const answer of answers.filter((other) => other !== first)) {
      if (isDone(answer)) isReplayOf(first, answer, sample);
      else assert.equal(answer.statusCode, 409, sample.route);
    }
    isReplayOf(first, await send(), sample);
    assert.equal(await auditCount(service, 'success'), events + 1, sample.route);
  }
});

test('a change that failed leaves the key free', async () => {
  for (const sample of samples.filter(staysSignedIn)) {
    const send = await request(sample);
    assert.equal((await withoutAudit(send)).statusCode, 500, sample.route);
    await takesEffect(send, sample.route);
  }
});

test('a process that died after its claim stands in the way until the lease ends, and no longer', async () => {
  for (const sample of samples) {
    const key = randomUUID();
    const send = await request(sample, key);
    await owner(sql`revoke delete on idempotency_key from app_api`);
    const died = await withoutAudit(send);
    await owner(sql`grant delete on idempotency_key to app_api`);
    assert.equal(died.statusCode, 500, sample.route);
    assert.equal((await send()).statusCode, 409, sample.route);
    await owner(sql`update idempotency_key set locked_until = now() where key = ${key}`);
    await takesEffect(send, sample.route);
  }
});

async function request({ route, role, prepare }: Sample, key: string = randomUUID()) {
  const client = await signedIn(service, { tenant, roles: role === undefined ? [] : [role] });
  const { url, payload } = await prepare(client);
  return () => client.send(methodOf(route), url, payload, { [IDEMPOTENCY_KEY]: key });
}

function staysSignedIn({ endsCaller }: Sample): boolean {
  return endsCaller !== true;
}

function isDone({ statusCode }: Answer): boolean {
  return statusCode < 300;
}

function isReplayOf(first: Answer, again: Answer, { route, shownOnce = [] }: Sample): void {
  assert.equal(again.headers[REPLAYED], 'true', route);
  assert.equal(again.statusCode, first.statusCode, route);
  assert.equal(again.body, toldAgain(first, shownOnce), route);
  const sameLength = shownOnce.length === 0 ? ['content-length'] : [];
  for (const name of ['content-type', 'location', ...sameLength])
    assert.equal(again.headers[name], first.headers[name], `${name} of ${route}`);
}

function toldAgain({ body }: Answer, shownOnce: readonly string[]): string {
  if (shownOnce.length === 0) return body;
  const hidden = shownOnce.map((name) => [name, null]);
  return JSON.stringify({ ...JSON.parse(body), ...Object.fromEntries(hidden) });
}

async function takesEffect(send: () => Promise<Answer>, route: string): Promise<void> {
  const events = await auditCount(service, 'success');
  const answer = await send();
  assert.ok(isDone(answer) && !(REPLAYED in answer.headers), `${route}: ${answer.statusCode}`);
  assert.equal(await auditCount(service, 'success'), events + 1, route);
}

// The claim is made, and nothing after it can commit.
async function withoutAudit(send: () => Promise<Answer>): Promise<Answer> {
  await breakAudit(service);
  const answer = await send();
  await mendAudit(service);
  return answer;
}

function owner(statement: RawBuilder<unknown>): Promise<unknown> {
  return service.database.ownerTransaction('arrange a failure', (tx) => statement.execute(tx.sql));
}

function methodOf(route: string): string {
  return route.slice(0, route.indexOf(' '));
}
