import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { TestApp } from '../../test/support/build-app.ts';
import {
  letTimePass,
  openOutboundApp,
  owner,
  publishOne,
  Receivers,
  subscribe,
  SUBSCRIBERS,
  work,
  workAll,
} from '../../platform/test/support/outbound.ts';
import type { Client } from '../../test/support/signed-in.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import { auditEvents } from '../../test/support/tables.ts';

const DEAD = 'https://dead.example.com/';

let service: TestApp;
let alice: Client;
let receivers: Receivers;
before(async () => {
  service = await openOutboundApp();
  alice = await signedIn(service, { roles: ['operator'] });
});
beforeEach(async () => {
  await owner(service, 'delete from job');
  await owner(service, 'delete from outbound_event');
  await owner(service, 'delete from outbound_subscriber');
  receivers = new Receivers();
});
after(() => service.close());

test('each attempt has the same id and body, a time of its own, and a line in the log (HOOK-3)', async () => {
  const { id } = await subscribe(alice);
  receivers.answer = () => (receivers.received.length < 3 ? { status: 500 } : { status: 204 });
  const { id: event } = await publishOne(service);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await workAll(service, receivers.jobs);
    await letTimePass(service);
  }
  const ids = receivers.received.map(({ headers }) => headers['webhook-id']);
  assert.deepEqual(ids, [event, event, event]);
  assert.equal(new Set(receivers.received.map(({ body }) => String(body))).size, 1);
  const lines = await attemptsOf(id);
  assert.deepEqual(
    lines.map((line) => [line.event, line.attempt, line.status, line.fault, line.nextAt !== null]),
    [
      [event, 3, 204, null, false],
      [event, 2, 500, 'status', true],
      [event, 1, 500, 'status', true],
    ],
  );
});

test('a worker that stops in the middle of a call counts no failure', async () => {
  const { id } = await subscribe(alice);
  await publishOne(service);
  const stopping = new AbortController();
  receivers.answer = () => {
    stopping.abort();
    return new Error('aborted');
  };
  assert.deepEqual(await work(service, receivers.jobs, stopping.signal), ['given-back']);
  assert.deepEqual(await attemptsOf(id), []);
});

test('whoever asks for time is left alone for it, with all that is for them', async () => {
  const { id } = await subscribe(alice);
  receivers.answer = () => ({ status: 429, retryAfter: '3600' });
  await publishOne(service);
  await publishOne(service);
  await workAll(service, receivers.jobs);
  assert.equal(receivers.received.length, 1);
  const [line] = await attemptsOf(id);
  assert.ok(Date.parse(String(line?.nextAt)) > Date.now() + 3_500_000);
  const [row] = await owner<{ later: boolean }>(
    service,
    `select bool_and(run_at > now() + interval '3500 seconds') as later from job where state = 'ready'`,
  );
  assert.equal(row?.later, true);
});

test('three days without a success disable, with a notice, and one success in between does not (OBS-1)', async () => {
  const { id } = await subscribe(alice);
  receivers.answer = () => ({ status: 500 });
  await publishOne(service);
  await failTimes(7);
  await backdate(4);
  receivers.answer = () => ({ status: 200 });
  await failTimes(1);
  assert.equal((await shown(id))['failingSince'], null);

  receivers.answer = () => new Error('refused');
  await publishOne(service);
  await failTimes(7);
  assert.notEqual((await shown(id))['failingSince'], null);
  await backdate(4);
  await failTimes(1);
  await isDisabled(id, 'failing');
  assert.equal((await publishOne(service)).recipients, 0);

  const enabled = await alice.send('PUT', `${SUBSCRIBERS}/${id}/enabled`);
  assert.equal(enabled.json()['status'], 'enabled');
  assert.equal((await publishOne(service)).recipients, 1);
});

test('days of failure are no reason while there were few attempts', async () => {
  const { id } = await subscribe(alice);
  receivers.answer = () => ({ status: 500 });
  await publishOne(service);
  await failTimes(2);
  await backdate(4);
  await failTimes(1);
  assert.equal((await shown(id))['status'], 'enabled');
});

test('after the last attempt an event is given up, and its subscriber is not', async () => {
  const { id } = await subscribe(alice);
  receivers.answer = () => ({ status: 500 });
  await publishOne(service);
  await failTimes(12);
  assert.equal(receivers.received.length, 10);
  const [last] = await attemptsOf(id);
  assert.deepEqual([last?.attempt, last?.nextAt], [10, null]);
  assert.equal((await shown(id))['status'], 'enabled');
});

test('one that is dead holds up one place of a worker, and soon none (HOOK-3)', async () => {
  await subscribe(alice, DEAD);
  for (let count = 0; count < 20; count += 1) await publishOne(service);
  await subscribe(alice);
  await publishOne(service);
  receivers.answer = ({ address }) => (address === DEAD ? new Error('dead') : { status: 200 });
  const first = await work(service, receivers.jobs);
  assert.equal(first.length, 2);
  assert.equal(receivers.received.filter(({ address }) => address !== DEAD).length, 1);
  await workAll(service, receivers.jobs);
  assert.equal(receivers.received.filter(({ address }) => address === DEAD).length, 5);
  // Nor does all that waited come at once.
  await letTimePass(service);
  await work(service, receivers.jobs);
  assert.equal((await work(service, receivers.jobs)).length, 1);
});

// As often as that, with all the time between the attempts that there has to be.
async function failTimes(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    await letTimePass(service);
    await workAll(service, receivers.jobs);
  }
}

function backdate(days: number) {
  return owner(
    service,
    `update outbound_subscriber set failing_since = now() - interval '${days} days'
     where failing_since is not null`,
  );
}

async function shown(id: string) {
  return (await alice.send('GET', `${SUBSCRIBERS}/${id}`)).json();
}

async function isDisabled(id: string, reason: string): Promise<void> {
  const { status, disabledReason, disabledAt } = await shown(id);
  assert.deepEqual([status, disabledReason], ['disabled', reason]);
  assert.ok(Date.parse(String(disabledAt)) <= Date.now() + 1_000);
  const resource = `OutboundWebhooks::Subscriber::"${id}"`;
  const noted = (await auditEvents(service)).filter((event) => event.resource === resource);
  const { action, actor, detail } = noted.at(-1) ?? {};
  assert.equal(action, 'OutboundWebhooks::Action::"disable"');
  assert.deepEqual([actor, detail], ['system:worker', { reason }]);
}

interface Line {
  readonly event: string;
  readonly attempt: number;
  readonly status: number | null;
  readonly fault: string | null;
  readonly nextAt: string | null;
}

async function attemptsOf(id: string): Promise<readonly Line[]> {
  const answer = await alice.send('GET', `${SUBSCRIBERS}/${id}/attempts`);
  return answer.json<{ attempts: readonly Line[] }>().attempts;
}
