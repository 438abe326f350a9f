import { randomUUID } from 'node:crypto';
import type { TenantTx } from '../database/database.ts';
import { chosenAddress } from '../egress/chosen.ts';
import type { Authorized } from '../http/access.ts';
import { entityText, recordChange } from '../http/access.ts';
import { shownOnce } from '../http/idempotency.ts';
import { Refusal } from '../http/problems.ts';
import type { KeyStore } from '../keys/keys.ts';
import { CHOSEN } from './egress.ts';
import { makeKey } from './keys.ts';
import type {
  Attempt,
  Log,
  LogQuery,
  Page,
  PageQuery,
  Rotation,
  Subscriber,
  SubscriberDraft,
  SubscriberId,
  SubscriberWithSecret,
} from './schemas.ts';
import { MOST_KEYS } from './schemas.ts';
import { messageId } from './stream.ts';
import type { AttemptRow, KeyRow, Position, SubscriberRow } from './subscriber-store.ts';
import * as store from './subscriber-store.ts';

const TYPE = 'OutboundWebhooks::Subscriber';

// Every subscriber is called for every event: without a limit one tenant could flood other hosts through the service.
const MOST_SUBSCRIBERS = 20;

// Authorizes listing and creating: the stream, in the caller's own tenant. (AUTHZ-1)
export function ownStream(stream: string) {
  return async ({ caller }: TenantTx) => ({
    type: 'OutboundWebhooks::Stream',
    id: stream,
    attributes: { tenant: caller.tenant },
  });
}

export function namedSubscriber(stream: string) {
  return async (tx: TenantTx, { params }: { params: SubscriberId }) => {
    const row = await store.find(tx, stream, params.id);
    if (!row) return undefined;
    return { type: TYPE, id: row.id, attributes: { stream, tenant: tx.caller.tenant }, row };
  };
}

export async function listSubscribers(
  { tx }: Authorized,
  stream: string,
  { limit, before }: PageQuery,
): Promise<Page> {
  // One row more than asked for shows that there is a next page.
  const rows = await store.list(tx, stream, limit + 1, before ? positionOf(before) : undefined);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = last && rows.length > limit ? cursorOf(last) : null;
  return { subscribers: await withKeys(tx, page), next };
}

export async function createSubscriber(
  by: Authorized,
  keys: KeyStore,
  stream: string,
  { url }: SubscriberDraft,
): Promise<SubscriberWithSecret> {
  const address = chosenAddress(url, CHOSEN.ports);
  if (!address.ok)
    throw new Refusal('invalid-request', `The address is refused: ${address.error}.`);
  const draft = { id: randomUUID(), url: address.value.href, most: MOST_SUBSCRIBERS };
  const row = await store.insert(by.tx, stream, draft);
  if (!row) throw new Refusal('conflict', 'The stream has as many subscribers as it may.');
  return changed(by, row, await addKey(by, keys, row.id));
}

export async function rotateKey(
  by: Authorized,
  keys: KeyStore,
  row: SubscriberRow,
  { overlapHours }: Rotation,
): Promise<SubscriberWithSecret> {
  const live = await store.liveKeys(by.tx, [row.id]);
  if (overlapHours > 0 && live.length >= MOST_KEYS)
    throw new Refusal('conflict', 'The subscriber has as many keys as it may.');
  await store.endKeys(by.tx, row.id, overlapHours);
  return changed(by, row, await addKey(by, keys, row.id));
}

async function addKey({ tx }: Authorized, keys: KeyStore, subscriber: string): Promise<string> {
  const { key, secret } = await makeKey(keys, { tenant: tx.caller.tenant, subscriber });
  await store.insertKey(tx, subscriber, key);
  return secret.reveal();
}

// The answer that is stored for a retry holds no secret. (HOOK-6)
async function changed(
  by: Authorized,
  row: SubscriberRow,
  secret: string,
): Promise<SubscriberWithSecret> {
  const subscriber = await noted(by, row);
  return shownOnce({ ...subscriber, secret }, { ...subscriber, secret: null });
}

export async function enableSubscriber(by: Authorized, { id }: SubscriberId): Promise<Subscriber> {
  const row = await store.enable(by.tx, id);
  if (!row) throw new Refusal('conflict', 'An operator of the service has disabled it.');
  return noted(by, row);
}

export async function disableSubscriber(by: Authorized, { id }: SubscriberId): Promise<Subscriber> {
  return noted(by, await store.disable(by.tx, id));
}

export async function deleteSubscriber(by: Authorized, { id }: SubscriberId): Promise<void> {
  if (!(await store.remove(by.tx, id))) throw gone();
  await recordChange(by, entityText(TYPE, id));
}

// The audit event names the subscriber only: its address and its keys may be secrets of the tenant. (OBS-1)
async function noted(by: Authorized, row: SubscriberRow | undefined): Promise<Subscriber> {
  if (!row) throw gone();
  await recordChange(by, entityText(TYPE, row.id));
  return subscriberOf(by.tx, row);
}

function gone(): Refusal {
  return new Refusal('not-found', 'The subscriber is gone since it was authorized.');
}

export async function subscriberOf(tx: TenantTx, row: SubscriberRow): Promise<Subscriber> {
  const keys = await store.liveKeys(tx, [row.id]);
  return answerOf(row, keys);
}

async function withKeys(tx: TenantTx, rows: readonly SubscriberRow[]): Promise<Subscriber[]> {
  const ids = rows.map(({ id }) => id);
  const keys = Map.groupBy(await store.liveKeys(tx, ids), ({ subscriber }) => subscriber);
  return rows.map((row) => answerOf(row, keys.get(row.id) ?? []));
}

function answerOf(row: SubscriberRow, keys: readonly KeyRow[]): Subscriber {
  return {
    id: row.id,
    url: row.url,
    status: row.status,
    disabledReason: row.disabled_reason,
    disabledAt: timeOf(row.disabled_at),
    failingSince: timeOf(row.failing_since),
    createdAt: row.created_at.toISOString(),
    keys: keys.map(({ id, created_at, ends_at }) => ({
      id,
      createdAt: created_at.toISOString(),
      endsAt: timeOf(ends_at),
    })),
  };
}

export async function listAttempts(
  { tx }: Authorized,
  { id }: SubscriberId,
  { limit, before }: LogQuery,
): Promise<Log> {
  const last = before === undefined ? undefined : BigInt(before);
  const rows = await store.listAttempts(tx, id, limit + 1, last);
  const attempts = rows.slice(0, limit).map(attemptOf);
  return { attempts, next: rows.length > limit ? (attempts.at(-1)?.id ?? null) : null };
}

function attemptOf(row: AttemptRow): Attempt {
  return {
    id: String(row.id),
    event: messageId(row.event),
    type: row.type,
    attempt: row.attempt,
    at: row.at.toISOString(),
    durationMs: row.duration_ms,
    status: row.status,
    fault: row.fault,
    nextAt: timeOf(row.next_at),
  };
}

function timeOf(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}

function cursorOf({ created_at, id }: SubscriberRow): string {
  return `${created_at.getTime()}_${id}`;
}

function positionOf(cursor: string): Position {
  const [milliseconds = '', id = ''] = cursor.split('_');
  return { createdAt: new Date(Number(milliseconds)), id };
}
