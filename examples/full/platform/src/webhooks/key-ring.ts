import { sql } from 'kysely';
import { recordAudit } from '../audit/record.ts';
import type { SystemTx } from '../database/database.ts';
import type { Secret, SecretStore } from '../secrets/secret.ts';
import type { Endpoint } from './endpoint.ts';
import { declaredKeys } from './keys-file.ts';
import type { WebhookKey } from './scheme.ts';

// Shorter ones can be guessed from one delivery, without asking anybody.
const SHORTEST_SECRET = 16;

// A secret or a window that is set or replaced counts after that, without a restart.
const REREAD_AFTER_MS = 60_000;
// While there is none at all nothing is taken, and whoever sets the first one waits for it.
const FIRST_REREAD_AFTER_MS = 1_000;

export interface KeyRing {
  /** Reads keys and secrets. Throws where one of them could prove nothing, or prove it to anybody. */
  load(): Promise<void>;
  /** Those in force at that moment, the newest first. Undefined while no secret of them could be read. */
  inForce(at: Date): readonly WebhookKey[] | undefined;
}

/** The live keys of an endpoint, in memory: verifying asks nobody. (HOOK-1) */
export function keyRing(
  endpoint: Pick<Endpoint<never>, 'id' | 'keys' | 'scheme'>,
  secrets: SecretStore,
  missing: (error: unknown) => void,
  now = Date.now,
): KeyRing {
  const held = new Map<string, Secret>();
  let ring: readonly WebhookKey[] | undefined;
  let readAt = now();
  let rereading: Promise<void> | undefined;
  return { load: () => read(stop), inForce };

  async function read(unusable: (error: unknown) => void): Promise<void> {
    readAt = now();
    const declared = declaredKeys(endpoint.keys).filter(({ notAfter }) => !isOver(notAfter));
    for (const { secret: reference, ...key } of declared) {
      // One that is not there proves nothing, and takes nothing from the others.
      const secret = await secrets.read(reference).catch((error: unknown) => void missing(error));
      if (secret === undefined) continue;
      try {
        requireUsable(endpoint, { ...key, secret });
        held.set(reference.name, secret);
      } catch (error) {
        unusable(error);
      }
    }
    // A window counts at once, also where the secret that it is about cannot be read any more.
    const live = declared.flatMap(({ secret: { name }, ...key }) => {
      const secret = held.get(name);
      return secret ? [{ ...key, secret }] : [];
    });
    ring =
      live.length === 0 && declared.length > 0 ? undefined : live.toReversed().toSorted(byBegin);
  }

  function isOver(end: Date | undefined): boolean {
    return end !== undefined && end.getTime() <= now();
  }

  function inForce(at: Date): readonly WebhookKey[] | undefined {
    // A clock that is set back must not put it off: a secret that was replaced would stay in use.
    const rereadAfterMs = ring === undefined ? FIRST_REREAD_AFTER_MS : REREAD_AFTER_MS;
    if (Math.abs(now() - readAt) >= rereadAfterMs) reread();
    return ring?.filter(
      ({ notBefore, notAfter }) => !(notBefore && at < notBefore) && !(notAfter && at >= notAfter),
    );
  }

  // Meanwhile, and where it fails, those that are held are good.
  function reread(): void {
    rereading ??= read(missing)
      .catch(missing)
      .finally(() => {
        rereading = undefined;
      });
  }
}

/** @throws a TypeError where the key could prove nothing, or prove it to anybody */
export function requireUsable(
  { id, scheme }: Pick<Endpoint<never>, 'id' | 'scheme'>,
  key: WebhookKey,
): void {
  if (key.secret.reveal().length < SHORTEST_SECRET)
    throw new TypeError(`The secret of ${id}, key ${key.id}, is too short to prove anything.`);
  scheme.checkKey?.(key);
}

// Some senders sign with both keys during a rotation: what the old one alone has proven is what still needs it. (CHECK-10)
function byBegin(a: WebhookKey, b: WebhookKey): number {
  return (b.notBefore?.getTime() ?? 0) - (a.notBefore?.getTime() ?? 0);
}

function stop(error: unknown): never {
  throw error;
}

// What a key has proven before that says little about who signs with it now.
export const USED_LATELY_HOURS = 24;

export interface KeyUse {
  readonly key: string;
  readonly count: number;
  /** When it proved the last of them. */
  readonly last: Date;
}

/** Which keys have lately proven deliveries of the endpoint, and how many. (HOOK-1) */
export async function keysUsed(
  tx: SystemTx,
  { endpoint, actor }: { readonly endpoint: string; readonly actor: string },
): Promise<readonly KeyUse[]> {
  await recordAudit(tx, {
    action: 'Webhooks::Action::"list"',
    outcome: 'success',
    actor,
    tenant: '',
    resource: `webhook-endpoint:${endpoint}`,
  });
  const { rows } = await sql<KeyUse>`
    select key_id as key, count(*)::integer as count, max(received_at) as last
    from webhook_delivery
    where endpoint = ${endpoint}
      and received_at > now() - make_interval(hours => ${USED_LATELY_HOURS}::integer)
    group by key_id
  `.execute(tx.sql);
  return rows;
}

export interface KeyChange {
  readonly endpoint: string;
  readonly change: 'begin' | 'end';
  readonly keys: readonly string[];
  readonly outcome: 'success' | 'failure';
  readonly actor: string;
  readonly ticket: string;
}

/** On record before it takes effect: who has changed whom an endpoint believes. (OBS-1) */
export function noteKeyChange(tx: SystemTx, noted: KeyChange): Promise<void> {
  const { endpoint, change, keys, outcome, actor, ticket } = noted;
  return recordAudit(tx, {
    action: `Webhooks::Action::"${change}-key"`,
    outcome,
    actor,
    tenant: '',
    resource: `webhook-endpoint:${endpoint}`,
    detail: { keys: keys.join(' '), ticket },
  });
}
