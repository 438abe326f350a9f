import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import type { OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { after, test } from 'node:test';
import { inspect } from 'node:util';
import { sql } from 'kysely';
import { egressHosts } from '@app/platform/egress/guard';
import { readEgress } from '@app/platform/egress/hosts';
import type { SecretStore } from '@app/platform/secrets/secret';
import { Secret } from '@app/platform/secrets/secret';
import { EGRESS } from '@app/platform/service/folders';
import { openPlatformDatabase } from '../../../../platform/test/support/database.ts';
import * as servers from '../../../../platform/test/support/egress-servers.ts';
import { callerWithoutSession, specimenKey } from '../../../../platform/test/support/specimens.ts';
import type { ClientLimits, ModelClient, ModelEvent } from './client.ts';
import { FAILURES, limits, openClient } from './client.ts';
import type { ModelRequest } from './provider.ts';
import { MODEL, mostTokensOf, ORIGIN } from './provider.ts';
import type { ScannedPrompt } from './text.ts';
import * as texts from './text.ts';

const database = await openPlatformDatabase('model-client-assistant');
after(() => database.close());

const BUDGET = 'model_client_assistant_budget';
const quick: ClientLimits = { ...limits, firstWaitMs: 1, longestWaitMs: 5 };
const PROMPT = 'Sum up what the customer asks for.';
const ask = { prompt: await prompt(PROMPT), mostTokens: 100 };
const MOST = mostTokensOf(ask);

const broken = starting((send, response) => {
  send(textEvent('half'));
  setTimeout(() => response.destroy(), 20);
});

test('a prompt with a secret is refused as a whole, and told by its rule alone (SUPPLY-6)', async (t) => {
  const told: unknown[] = [];
  const listen = (message: unknown): void => void told.push(message);
  channel('app.prompt.refused').subscribe(listen);
  t.after(() => channel('app.prompt.refused').unsubscribe(listen));
  const key = specimenKey();
  const result = await texts.scanPrompt(`Why does ${key} not work?`);
  assert.ok(!result.ok && result.error.rules.includes('stripe-key'));
  assert.equal(JSON.stringify(told), JSON.stringify(result.error.rules.map((rule) => ({ rule }))));
  assert.ok(!JSON.stringify([result, told]).includes(key.slice(8)));
});

test('nothing but scanPrompt() makes a prompt, and a call takes nothing else (SUPPLY-6)', () => {
  assert.deepEqual(Object.keys(texts).toSorted(), ['scanPrompt', 'untrusted']);
  // @ts-expect-error A text that was not scanned is no prompt.
  const raw: ModelRequest = { prompt: PROMPT, mostTokens: 100 };
  // @ts-expect-error Nor is something that only looks like one.
  const forged: ScannedPrompt = { reveal: () => PROMPT, toString: () => '', toJSON: () => '' };
  // @ts-expect-error Nor is the answer of a model, which may repeat a secret.
  const answered: ModelRequest = { prompt: texts.untrusted(PROMPT), mostTokens: 100 };
  assert.ok(raw !== answered && forged);
});

test('an answer is no string, and nothing shows it by accident (HOOK-6)', async (t) => {
  const { client } = await opened(t, [writing('<script>', 'x</script>')]);
  const { text } = await answerOf(client);
  assert.equal(text.readAsUntrusted(), '<script>x</script>');
  // @ts-expect-error Code that takes a string takes no answer.
  const trusted: string = text;
  for (const shown of [`${trusted}`, `<p>${text}`, JSON.stringify({ text }), inspect({ text })])
    assert.ok(!shown.includes('script'), shown);
});

test('a call reaches its own host with the key, and its answer comes in pieces (HOOK-4)', async (t) => {
  const { host, port } = new URL(ORIGIN);
  const place = port === '' ? `${host}:443` : host;
  const listed = readEgress(EGRESS, { local: false });
  assert.ok(egressHosts(listed).public.includes(place), place);
  const { client, seen } = await opened(t, [writing('One ', 'answer')]);
  const pieces: string[] = [];
  for await (const event of client.stream(payerOf(), ask))
    pieces.push(event.kind === 'text' ? event.text.readAsUntrusted() : event.kind);
  assert.deepEqual(pieces, ['One ', 'answer', 'end']);
  const messages = [{ role: 'user', content: PROMPT }];
  const body = { model: MODEL, max_tokens: 100, stream: true, messages };
  assert.deepEqual(seen, [{ call: 'POST /v1/messages', key: 'key-1', body }]);
});

test('calls at the same time spend no more than the budget, and one beyond it is not made (AUTHZ-1)', async (t) => {
  const dailyTokens = 3 * MOST + 1;
  // Nothing is given back for an answer that breaks off.
  const { client, seen } = await opened(t, [broken], { dailyTokens });
  const payer = payerOf();
  const calls = Array.from({ length: 8 }, () => client.answer(payer, ask));
  const answers = await Promise.all(calls);
  const refused = answers.filter((one) => !one.ok && one.error === 'over-budget');
  assert.deepEqual([seen.length, refused.length], [3, 5]);
  assert.equal(await spentBy(payer), 3 * MOST);
  const [said] = await eventsOf(client, payer);
  assert.deepEqual(Object.values(said ?? {}).at(-1), FAILURES['over-budget']);
});

test('the count of the provider replaces the reservation, and a new day starts from zero (AUTHZ-1)', async (t) => {
  const { client } = await opened(t, [writing('x')], { dailyTokens: MOST });
  const payer = payerOf();
  assert.deepEqual((await answerOf(client, payer)).usage, { input: 12, output: 7 });
  assert.equal(await spentBy(payer), 19);
  assert.equal((await client.answer(payer, ask)).ok, false);
  await owner(`update ${BUDGET} set day = day - 1 where tenant = '${payer.tenant}'`);
  assert.equal((await client.answer(payer, ask)).ok, true);
  assert.equal(await spentBy(payer), 19);
});

test('no tenant sees or spends the tokens of another one (AUTHZ-1)', async (t) => {
  const { client } = await opened(t, [writing('x')], { dailyTokens: MOST });
  await answerOf(client);
  await answerOf(client);
  const caller = callerWithoutSession({ tenant: 'nowhere' });
  const all = sql.raw(`select * from ${BUDGET}`);
  const { rows } = await database.tenantTransaction(caller, (tx) => all.execute(tx.sql));
  assert.deepEqual(rows, []);
});

test('each call is on record: who, which model, how many tokens (OBS-1)', async (t) => {
  const { client } = await opened(t, [writing('x')], { dailyTokens: MOST });
  const payer = payerOf();
  await client.answer(payer, ask);
  await client.answer(payer, ask);
  const counted = { input: 12, output: 7, counted: 19 };
  assert.deepEqual(await trailOf(payer), [
    ['ask', 'success', 'alice', `model:${MODEL}`, { reserved: MOST }],
    ['settle', 'success', 'alice', `model:${MODEL}`, counted],
    ['ask', 'denied', 'alice', `model:${MODEL}`, { reserved: MOST }],
  ]);
});

test('a call that cannot be recorded is not made (OBS-1)', async (t) => {
  const { client, seen } = await opened(t, [writing('x')]);
  await owner('alter table audit_event add constraint broken check (false) not valid');
  t.after(() => owner('alter table audit_event drop constraint broken'));
  await assert.rejects(client.answer(payerOf(), ask));
  assert.equal(seen.length, 0);
});

// What the other side sends, and what becomes of it: once, and long before another limit would end it.
const HOSTILE: Readonly<Record<string, [keyof typeof FAILURES, RequestListener, object?]>> = {
  'stalls between events': ['unavailable', starting(() => {}), { idleMs: 100 }],
  'never ends': ['unavailable', starting(pings), { wholeMs: 1_000 }],
  'sends an endless event': ['unclear', starting((send) => send(`data: ${'x'.repeat(70_000)}`))],
  'sends too much': ['unclear', starting(pings), { answerBytes: 10_000 }],
  'sends another shape': ['unclear', starting((send) => send(textEvent(7)))],
  'breaks off': ['unavailable', broken],
  'sends no stream': ['unclear', status(200)],
  redirects: ['refused', status(307, { location: 'https://elsewhere.example/' })],
};

for (const [what, [failure, listener, more]] of Object.entries(HOSTILE))
  test(`a provider that ${what} is a failure, and is asked once (HOOK-4)`, async (t) => {
    const { client, seen } = await opened(t, [listener], more);
    const begun = performance.now();
    const events = await eventsOf(client);
    assert.deepEqual(events.at(-1), { kind: 'failed', failure, says: FAILURES[failure] });
    assert.equal(seen.length, 1);
    assert.ok(performance.now() - begun < 12_000);
  });

test('what passes in a moment is tried again, three times at most, and never once it has begun (HOOK-4)', async (t) => {
  const payer = payerOf();
  const { client, seen } = await opened(t, [
    status(529),
    status(429, { 'retry-after': '0' }),
    writing('x'),
    status(503),
  ]);
  assert.equal((await answerOf(client, payer)).text.readAsUntrusted(), 'x');
  assert.equal((await client.answer(payer, ask)).ok, false);
  assert.equal(seen.length, 6);
  // A provider that has done nothing costs nothing.
  assert.equal(await spentBy(payer), 19);
});

test('no prompt, answer or key is in the trail, in a failure or in what is printed (HOOK-6)', async (t) => {
  const [asked, written, key] = ['Cnry1asked', 'Cnry2written', 'Cnry3key'];
  const shown: unknown[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    t.mock.method(stream, 'write', (chunk: string) => write(chunk, () => shown.push(chunk)));
  }
  const payer = payerOf();
  const request = { prompt: await prompt(asked), instructions: await prompt(asked), mostTokens: 9 };
  for (const listener of [
    writing(written),
    starting((send) => send(textEvent({ written }))),
    starting((send) => send(`data: ${written}\n\n`)),
    status(400, { 'x-why': written }),
  ]) {
    const { client } = await opened(t, [listener], {}, { read: async () => new Secret(key) });
    shown.push(request, await eventsOf(client, payer, request), await trailOf(payer));
  }
  assert.doesNotMatch(JSON.stringify(shown) + inspect(shown, { depth: 9 }), /Cnry/);
});

type Send = (bytes: string) => void;

// The last answer is given again, however often it is asked for.
async function opened(
  t: TestContext,
  answers: readonly RequestListener[],
  more: Partial<ClientLimits> = {},
  secrets = keys(),
) {
  const seen: { call: string; key: unknown; body: unknown }[] = [];
  const place = await servers.openPlace(t, servers.ours, async (request, response) => {
    const call = `${request.method} ${request.url}`;
    seen.push({ call, key: request.headers['x-api-key'], body: await json(request) });
    answers[Math.min(seen.length, answers.length) - 1]?.(request, response);
  });
  const { fetch } = servers.openWayOut(t, [servers.entryFor(place)]);
  const origin = `https://${servers.NAME}:${place.port}`;
  const options = { fetch, origin, limits: { ...quick, ...more } };
  return { client: openClient({ database, secrets }, options), seen };
}

async function prompt(text: string): Promise<ScannedPrompt> {
  const scanned = await texts.scanPrompt(text);
  return scanned.ok ? scanned.value : assert.fail();
}

function payerOf() {
  return { tenant: randomUUID(), subject: 'alice' };
}

async function answerOf(client: ModelClient, payer = payerOf()) {
  const answer = await client.answer(payer, ask);
  return answer.ok ? answer.value : assert.fail(answer.error);
}

async function eventsOf(client: ModelClient, payer = payerOf(), request: ModelRequest = ask) {
  const events: ModelEvent[] = [];
  for await (const event of client.stream(payer, request)) events.push(event);
  return events;
}

// Another one for each attempt, as while it is rotated.
function keys(): SecretStore {
  let count = 0;
  return { read: async () => new Secret(`key-${(count += 1)}`) };
}

async function owner<Row>(statement: string): Promise<readonly Row[]> {
  const query = sql.raw<Row>(statement);
  return (await database.ownerTransaction('look', (tx) => query.execute(tx.sql))).rows;
}

async function spentBy({ tenant }: { tenant: string }): Promise<number> {
  const query = `select spent::int from ${BUDGET} where tenant = '${tenant}'`;
  return (await owner<{ spent: number }>(query))[0]?.spent ?? -1;
}

async function trailOf({ tenant }: { tenant: string }) {
  const columns = `split_part(action, '"', 2), outcome, actor, resource, detail`;
  const where = `where tenant = '${tenant}' order by id`;
  const rows = await owner<object>(`select ${columns} from audit_event ${where}`);
  return rows.map((row) => Object.values(row));
}

function status(code: number, headers: OutgoingHttpHeaders = {}): RequestListener {
  return (_request, response) => void response.writeHead(code, headers).end('{}');
}

// An answer that has begun, and goes on as the test says.
function starting(goOn: (send: Send, response: ServerResponse) => void): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const usage = { input_tokens: 10, cache_read_input_tokens: 2, output_tokens: 1 };
    response.write(eventOf({ type: 'message_start', message: { usage } }));
    goOn((bytes) => void response.write(bytes), response);
  };
}

function writing(...pieces: readonly string[]): RequestListener {
  return starting((send, response) => {
    for (const piece of pieces) send(textEvent(piece));
    const delta = { stop_reason: 'end_turn', stop_sequence: null };
    send(eventOf({ type: 'message_delta', delta, usage: { output_tokens: 7 } }));
    send(eventOf({ type: 'message_stop' }));
    response.end();
  });
}

function pings(send: Send, response: ServerResponse): void {
  const timer = setInterval(() => send(eventOf({ type: 'ping' }).repeat(20)), 10);
  response.once('close', () => clearInterval(timer));
}

function eventOf(event: { readonly type: string; readonly [member: string]: unknown }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function textEvent(text: unknown): string {
  return eventOf({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
}
