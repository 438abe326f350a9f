import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../../src/database/database.ts';
import type { RotatingKeyStore } from '../../src/keys/keys.ts';
import { localKeyStore } from '../../src/local/key-store.ts';
import type { SecretStore } from '../../src/secrets/secret.ts';
import { Secret, SecretReference } from '../../src/secrets/secret.ts';
import type { Receiving } from '../../src/webhooks/receive.ts';
import type { Delivery, Scheme, WebhookKey } from '../../src/webhooks/scheme.ts';
import { jsonObject } from '../../src/webhooks/scheme.ts';
import { sign, standardWebhooks } from '../../src/webhooks/standard-webhooks.ts';
import type { Endpoint, EndpointKey, Receiver } from '../../src/webhooks/webhooks.ts';
import { createReceiver, defineEndpoint } from '../../src/webhooks/webhooks.ts';
import { openPlatformDatabase } from './database.ts';
import { asOwner, makeEffects } from './jobs.ts';
import { deliveryOf, testSecret, webhookKey } from './webhooks.ts';

export const BODY = '{"type":"thing.changed"}';

export const [CURRENT, NEXT] = ['current', 'next'].map((id, index) =>
  webhookKey(id, `whsec_${testSecret(index + 1).toString('base64')}`),
) as [WebhookKey, WebhookKey];

export async function openWebhooksDatabase(): Promise<Database> {
  const database = await openPlatformDatabase('jobs', 'webhooks');
  await database.ownerTransaction('a table for effects', makeEffects);
  return database;
}

/** In a folder that goes with the test file. */
export function testKeyStore(now = Date.now): RotatingKeyStore {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return localKeyStore(folder, now);
}

/** The secrets that are set, by name. */
export function secretsOf(set: Readonly<Record<string, string>>): SecretStore {
  return {
    read: async ({ name }) => {
      const value = set[name];
      if (value === undefined) throw new Error(`The secret ${name} is not set.`);
      return new Secret(value);
    },
  };
}

export const bothSecrets = secretsOf({
  'specimen/current': CURRENT.secret.reveal(),
  'specimen/next': NEXT.secret.reveal(),
});

export const [currentKey, nextKey] = ['current', 'next'].map((id) => ({
  id,
  secret: new SecretReference(`specimen/${id}`),
})) as [EndpointKey, EndpointKey];

type Document = Readonly<Record<string, unknown>>;

export function specimenEndpoint(given: Partial<Endpoint<Document>> = {}): Endpoint<Document> {
  return defineEndpoint<Document>({
    id: 'specimen',
    scheme: standardWebhooks({ prefix: 'webhook' }),
    keys: [currentKey],
    contentTypes: ['application/json'],
    windowDays: 30,
    retainDays: 90,
    parse: jsonObject,
    handler: async (tx, { delivery }) => {
      await sql`insert into effect (job) values (${delivery})`.execute(tx.sql);
    },
    ...given,
  });
}

/** For what happens after the proof: whatever comes is proven, by the first key. */
export function believing(): Scheme {
  return {
    name: 'believing',
    headers: [],
    verify: ({ body }, [key]) => key && { keyId: key.id, body },
  };
}

export async function receiverOf<Payload>(
  endpoint: Endpoint<Payload>,
  given: Partial<Receiving> & Pick<Receiving, 'database' | 'keys'>,
): Promise<Receiver> {
  const receiver = createReceiver(endpoint, {
    secrets: bothSecrets,
    keyMissing: () => {},
    notKept: () => {},
    ...given,
  });
  await receiver.start();
  return receiver;
}

export function messageOf(
  id: string,
  {
    body = BODY,
    at = Date.now(),
    key = CURRENT,
  }: { body?: string; at?: number; key?: WebhookKey } = {},
): Delivery {
  const message = { id, at: new Date(at), body: Buffer.from(body) };
  const headers = { ...sign(message, [key]), 'content-type': 'application/json' };
  return deliveryOf(body, headers, 'https://service.test/webhooks/specimen');
}

/** How many rows there are of everything that a delivery writes. */
export async function written(database: Database): Promise<Record<string, number>> {
  const { rows } = await asOwner(
    database,
    sql<{ name: string; count: bigint }>`
      select 'seen' as name, count(*) from webhook_seen union all
      select 'kept', count(*) from webhook_delivery union all
      select 'jobs', count(*) from job union all
      select 'unsealed', count(*) from audit_unsealed`,
  );
  const noted = (await notedSince(database)).filter(({ outcome }) => outcome === 'success');
  const counted = rows.map(({ name, count }) => [name, Number(count)] as const);
  return { ...Object.fromEntries(counted), noted: noted.length };
}

// The trail forgets nothing: what was noted is counted from here.
let forgotten = 0n;

export async function forgetWebhooks(database: Database): Promise<void> {
  for (const table of ['effect', 'job', 'webhook_delivery', 'webhook_seen', 'audit_unsealed'])
    await asOwner(database, sql`delete from ${sql.table(table)}`);
  forgotten = (await notedSince(database)).at(-1)?.id ?? forgotten;
}

export interface Noted {
  readonly id: bigint;
  readonly action: string;
  readonly outcome: string;
  readonly actor: string;
  readonly resource: string;
  readonly detail: object;
}

/** What the trail has of this test. */
export async function notedSince(database: Database): Promise<readonly Noted[]> {
  const { rows } = await asOwner(
    database,
    sql<Noted>`select id, action, outcome, actor, resource, detail from audit_event
               where id > ${forgotten} order by id`,
  );
  return rows;
}
