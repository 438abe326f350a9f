import { sql } from 'kysely';
import { Type } from 'typebox';
import type { Answered, Message } from '../../src/egress/chosen.ts';
import type { JobDefinition } from '../../src/jobs/jobs.ts';
import { attempt } from '../../src/jobs/attempt.ts';
import type { Outcome } from '../../src/jobs/attempt.ts';
import { claimJobs } from '../../src/jobs/store.ts';
import { deliveryJobs } from '../../src/outbound-webhooks/deliver.ts';
import type { Published } from '../../src/outbound-webhooks/stream.ts';
import { defineStream, publish } from '../../src/outbound-webhooks/stream.ts';
import { callerWithoutSession } from './specimens.ts';
import { NEVER } from './jobs.ts';
import type { Services } from '../../src/service/module.ts';
import { modules } from '../../../services/api/modules.ts';
import { manageSubscribers } from '../../src/outbound-webhooks/routes.ts';
import type { TestApp } from '../../../test/support/build-app.ts';
import { openTestApp } from '../../../test/support/build-app.ts';
import type { Client } from '../../../test/support/signed-in.ts';

export const stream = defineStream({
  id: 'parcels',
  types: { 'parcel.sent': Type.Object({ id: Type.String() }) },
});

export const SUBSCRIBERS = '/outbound-webhooks/parcels/subscribers';
export const RECEIVER = 'https://receiver.example.com/hooks';

/** The service with a stream of the tests beside those of its own. */
export function openOutboundApp(): Promise<TestApp> {
  const parcels = {
    id: 'parcels',
    routes: (app, services) => manageSubscribers(app, services, stream),
  } satisfies (typeof modules)[number];
  return openTestApp({ modules: [...modules, parcels] });
}

export interface Subscribed {
  readonly id: string;
  readonly secret: string;
}

export async function subscribe(operator: Client, url = RECEIVER): Promise<Subscribed> {
  return (await operator.send('POST', SUBSCRIBERS, { url })).json<Subscribed>();
}

export function publishOne({ database }: TestApp, tenant = 'acme'): Promise<Published> {
  return database.tenantTransaction(callerWithoutSession({ tenant }), (tx) =>
    publish(tx, stream, { type: 'parcel.sent', data: { id: '1' } }),
  );
}

export interface Received extends Message {
  readonly address: string;
}

type Answer = Partial<Answered> | Error;

/** Stands where receivers are: answers as it is told, and keeps what came. */
export class Receivers {
  readonly received: Received[] = [];
  answer: (message: Received) => Answer = () => ({ status: 200 });

  post = async (address: string, message: Message): Promise<Answered> => {
    const received = { address, ...message };
    this.received.push(received);
    const answer = this.answer(received);
    if (answer instanceof Error) throw answer;
    return { status: 200, retryAfter: undefined, ...answer };
  };

  get jobs(): readonly JobDefinition<Services>[] {
    return deliveryJobs(() => this);
  }
}

/** Takes what is due and tries it once: as workers do, and without their waiting. */
export async function work(
  service: TestApp,
  jobs: readonly JobDefinition<Services>[],
  stopping: AbortSignal = NEVER,
): Promise<readonly Outcome['kind'][]> {
  const { database } = service;
  const claimed = await database.systemTransaction('test', (tx) =>
    claimJobs(
      tx,
      jobs.map(({ kind }) => kind),
      100,
      60_000,
    ),
  );
  const outcomes: Outcome['kind'][] = [];
  for (const one of claimed) {
    const definition = jobs.find(({ kind }) => kind === one.kind);
    if (!definition) continue;
    outcomes.push((await attempt(database, definition, service, one, stopping)).kind);
  }
  return outcomes;
}

/** The same until nothing is due. */
export async function workAll(service: TestApp, jobs: readonly JobDefinition<Services>[]) {
  while ((await work(service, jobs)).length > 0);
}

/** As if the time of whatever waits had come: retries, and subscribers that are left alone. */
export async function letTimePass(service: TestApp): Promise<void> {
  await owner(service, `update job set run_at = now() where state = 'ready'`);
  await owner(service, `update outbound_subscriber set paused_until = null`);
}

export async function owner<Row>({ database }: TestApp, text: string): Promise<readonly Row[]> {
  const { rows } = await database.ownerTransaction('test', (tx) =>
    sql.raw<Row>(text).execute(tx.sql),
  );
  return rows;
}
