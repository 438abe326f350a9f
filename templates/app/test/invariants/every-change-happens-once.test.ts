import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import { IDEMPOTENCY_KEY, REPLAYED } from '@app/platform/http/idempotency';
import { isSafe } from '@app/platform/http/methods';
import type { TestApp } from '../support/build-app.ts';
import { openTestApp } from '../support/build-app.ts';
import { installedSupport } from '../support/installed.ts';
import type { Sample } from '../support/sample.ts';
import type { Answer, Client } from '../support/signed-in.ts';
import { signedIn } from '../support/signed-in.ts';
import { auditCount, fingerprint } from '../support/tables.ts';

const DUPLICATES = 8;

let service: TestApp;
let samples: readonly Sample[];
before(async () => {
  service = await openTestApp();
  samples = (await installedSupport()).flatMap((support) => support.samples ?? []);
});
after(() => service.close());

test('every route that changes something takes a key, and has a sample request', () => {
  const changing = service.app.inventory.filter(
    ({ method, access }) => !isSafe(method) && access.kind === 'allow',
  );
  const routes = changing.map(({ method, url }) => `${method} ${url}`);
  assert.deepEqual(routes.toSorted(), samples.map(({ route }) => route).toSorted());
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
    const failed = await withoutAudit(send);
    assert.equal(failed.statusCode, 500, sample.route);
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
  const client: Client = await signedIn(service, { roles: role === undefined ? [] : [role] });
  const { url, payload } = await prepare(client);
  const method = route.slice(0, route.indexOf(' '));
  return () => client.send(method, url, payload, { [IDEMPOTENCY_KEY]: key });
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
  await owner(sql`alter table audit_event add constraint broken check (false) not valid`);
  const answer = await send();
  await owner(sql`alter table audit_event drop constraint broken`);
  return answer;
}

function owner(statement: RawBuilder<unknown>): Promise<unknown> {
  return service.database.ownerTransaction('arrange a failure', (tx) => statement.execute(tx.sql));
}
