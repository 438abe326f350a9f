import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { SystemTx, TenantTx } from '../database/database.ts';
import { announceJobs, insertJobs } from '../jobs/jobs.ts';
import { LANE, SEND } from './delivery-store.ts';

export type EventTypes = Readonly<Record<string, TSchema>>;

/** What may happen, and what is told of it. Subscribers receive all of it. */
export interface Stream<Types extends EventTypes = EventTypes> {
  readonly id: string;
  readonly types: Types;
}

export type EventOf<Types extends EventTypes> = {
  readonly [Type in keyof Types & string]: {
    readonly type: Type;
    readonly data: Static<Types[Type]>;
  };
}[keyof Types & string];

export interface Published {
  /** The webhook-id, the same for every subscriber and attempt. */
  readonly id: string;
  readonly recipients: number;
}

const ID = /^[a-z][a-z0-9-]{0,39}$/;

// Receivers route by it: groups of words, from the widest to the narrowest.
const TYPE = /^[a-z0-9_]{1,60}(?:[.][a-z0-9_]{1,60}){0,3}$/;

// Receivers refuse more. What is larger is fetched over the API, by whoever may read it.
const MOST_BYTES = 64 * 1024;

export function defineStream<const Types extends EventTypes>(stream: Stream<Types>): Stream<Types> {
  if (!ID.test(stream.id)) throw new TypeError('A stream is named like orders.');
  for (const type of Object.keys(stream.types))
    if (!TYPE.test(type))
      throw new TypeError(`${stream.id} has a type that is not like order.paid.`);
  return stream;
}

/**
 * Tells the tenant's subscribers, once this transaction has committed and never if it does not: the event and its
 * deliveries are rows of the same statement. (HOOK-3)
 */
export async function publish<Types extends EventTypes>(
  tx: TenantTx | SystemTx,
  stream: Stream<Types>,
  { type, data }: EventOf<Types>,
  about: { readonly tenant?: string } = {},
): Promise<Published> {
  const tenant = 'caller' in tx ? tx.caller.tenant : about.tenant;
  if (tenant === undefined) throw new TypeError('Say whose event it is.');
  const event = randomUUID();
  const body = bodyOf(stream, type, data);
  const { rows } = await sql`
    with recipient as (
      select id from outbound_subscriber
      where tenant = ${tenant} and stream = ${stream.id} and status = 'enabled'
    ), told as (
      insert into outbound_event (id, tenant, stream, type, body)
      select ${event}::uuid, ${tenant}, ${stream.id}, ${type}, ${body}
      where exists (select from recipient)
    )
    ${insertJobs(sql`
      select ${SEND.kind},
             jsonb_build_object('subscriber', id, 'event', ${event}::text, 'attempt', 1),
             ${LANE} || id::text, ${tenant}::text, ${SEND.maxAttempts}::integer, now()
      from recipient
    `)}
  `.execute(tx.sql);
  announceJobs(tx);
  return { id: messageId(event), recipients: rows.length };
}

export function messageId(event: string): string {
  return `msg_${event.replaceAll('-', '')}`;
}

// As bytes, once: every attempt signs and sends the same.
function bodyOf<Types extends EventTypes>(stream: Stream<Types>, type: string, data: unknown) {
  const schema = Object.hasOwn(stream.types, type) ? stream.types[type] : undefined;
  // Not what it holds: that is for subscribers, and not for a log. (HOOK-6)
  if (!schema || !Value.Check(schema, data))
    throw new TypeError(`An event of ${stream.id} is not as its type says.`);
  const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
  if (Buffer.byteLength(body) > MOST_BYTES)
    throw new RangeError(`An event of ${stream.id} is larger than ${MOST_BYTES} bytes.`);
  return body;
}
