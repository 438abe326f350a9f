import { sql } from 'kysely';
import { Type } from 'typebox';
import type { Answered, Message } from '@app/platform/egress/chosen';
import type { JobDefinition } from '@app/platform/jobs/jobs';
import { attempt } from '@app/platform/jobs/attempt';
import type { Outcome } from '@app/platform/jobs/attempt';
import { claimJobs } from '@app/platform/jobs/store';
import type { Published } from '@app/platform/outbound-webhooks/outbound-webhooks';
import {
  defineStream,
  deliveryJobs,
  publish,
} from '@app/platform/outbound-webhooks/outbound-webhooks';
import { callerWithoutSession } from '../../platform/test/support/caller.ts';
import { NEVER } from '../../platform/test/support/jobs.ts';
import type { Services } from '@app/platform/service/module';
import { modules } from '../../services/api/modules.ts';
import { manageSubscribers } from '../../services/api/modules/outbound-webhooks/index.ts';
import type { TestApp } from './build-app.ts';
import { openTestApp } from './build-app.ts';
import type { Client } from './signed-in.ts';

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
