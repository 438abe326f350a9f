import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import type { Job, JobDefinition } from '../jobs/jobs.ts';
import type { KeyStore } from '../keys/keys.ts';
import type { Endpoint, VerifiedWebhook } from './endpoint.ts';
import type { Content } from './receive.ts';
import type { DataKey } from './sealed.ts';
import { defineJob } from '../jobs/jobs.ts';
import { readContent } from './receive.ts';
import { unseal, unwrap } from './sealed.ts';

const TIMEOUT_MS = 30_000;

export interface Opening {
  readonly database: Database;
  readonly keys: KeyStore;
}

export interface Stored {
  readonly id: bigint;
  readonly endpoint: string;
  readonly dedupeKey: string;
  readonly receivedAt: Date;
  readonly signedAt: Date | null;
  readonly keyId: string;
  readonly dataKey: string;
  readonly sealed: Buffer;
  readonly wrapped: Buffer;
}

export const STORED = sql`
  select webhook_delivery.id, webhook_delivery.endpoint, dedupe_key as "dedupeKey",
         received_at as "receivedAt", signed_at as "signedAt", key_id as "keyId",
         data_key as "dataKey", sealed, wrapped
  from webhook_delivery join webhook_data_key on webhook_data_key.id = data_key`;

type Opened = { readonly stored: Stored; readonly content: Content } | undefined;

/** What acts on the deliveries of an endpoint: once for each, whatever dies when. (HOOK-3) */
export function webhookJob<Payload>(endpoint: Endpoint<Payload>): JobDefinition<Opening> {
  const { id, maxAttempts, parse, handler } = endpoint;
  return defineJob<Opening, Opened>({
    kind: `webhook-${id}`,
    maxAttempts,
    timeoutMs: TIMEOUT_MS,
    reads: ['webhook_delivery', 'webhook_data_key'],
    // The key store may be a call away, which no transaction waits for.
    outside: (job, opening) => open(job, opening),
    handler: async (tx, _job, _opening, opened) => {
      if (opened === undefined) return { failed: 'no-longer-kept', final: true };
      const { stored, content } = opened;
      const payload = parse(content.body);
      if (payload === undefined) return { failed: 'unreadable-payload', final: true };
      return handler(tx, {
        endpoint: id,
        delivery: stored.id,
        receivedAt: stored.receivedAt,
        id: content.id,
        at: stored.signedAt ?? undefined,
        payload,
        body: content.body,
      } as VerifiedWebhook<Payload>);
    },
  });
}

async function open({ payload }: Job, { database, keys }: Opening): Promise<Opened> {
  const { rows } = await database.systemTransaction('read a webhook', (tx) =>
    sql<Stored>`${STORED} where webhook_delivery.id = ${String(payload['delivery'])}::bigint`.execute(
      tx.sql,
    ),
  );
  const [stored] = rows;
  return stored && { stored, content: await openStored(keys, stored) };
}

export async function openStored(keys: KeyStore, stored: Stored): Promise<Content> {
  const { endpoint, dedupeKey, sealed } = stored;
  return readContent(unseal(await dataKeyOf(keys, stored), sealed, [endpoint, dedupeKey]));
}

// The last few: a worker opens one after the other, and most are of the same day.
const MOST_KNOWN = 64;
const known = new Map<string, DataKey>();

async function dataKeyOf(keys: KeyStore, stored: Stored): Promise<DataKey> {
  const { dataKey } = stored;
  const found = known.get(dataKey);
  if (found) return found;
  const opened = await unwrap(keys, stored);
  known.set(dataKey, opened);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  return opened;
}
