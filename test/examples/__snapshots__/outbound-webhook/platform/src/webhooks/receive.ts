import { hash } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { KeyStore } from '../keys/keys.ts';
import type { SecretStore } from '../secrets/secret.ts';
import type { Endpoint, Raw } from './endpoint.ts';
import { groupCommit } from './group-commit.ts';
import { keyRing } from './key-ring.ts';
import type { Delivery, Scheme, Signed } from './scheme.ts';
import { sameBytes } from './scheme.ts';
import { dataKeys, seal } from './sealed.ts';
import type { Kept, Row } from './store.ts';
import { keepDeliveries } from './store.ts';

/** What is kept of a delivery: how it was sent, and what of it the signature covers. */
export interface Content {
  readonly raw: Raw;
  readonly id: string | undefined;
  /** What the handler gets. */
  readonly body: Buffer;
}

interface Head extends Omit<Raw, 'body'> {
  readonly id?: string;
  // Of what was signed, where that is not the body as it was sent.
  readonly signedBytes?: number;
}

const LENGTH_BYTES = 4;

/** The length of the head, the head, what was signed if it is something else, and the exact bytes. (HOOK-5) */
export function contentOf({ headers }: Scheme, delivery: Delivery, signed: Signed): Buffer {
  const isOther = !sameBytes(signed.body, delivery.body);
  const kept = headers.flatMap((name) => {
    const values = delivery.headers.get(name);
    return values ? [[name, values] as const] : [];
  });
  const head: Head = {
    method: delivery.method,
    url: delivery.url.href,
    headers: Object.fromEntries(kept),
    ...(signed.id !== undefined && { id: signed.id }),
    ...(isOther && { signedBytes: signed.body.byteLength }),
  };
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(text.byteLength);
  return Buffer.concat([length, text, ...(isOther ? [signed.body] : []), delivery.body]);
}

export function readContent(bytes: Buffer): Content {
  const end = LENGTH_BYTES + bytes.readUInt32BE();
  const { id, signedBytes, ...head } = JSON.parse(
    bytes.toString('utf8', LENGTH_BYTES, end),
  ) as Head;
  const body = bytes.subarray(end + (signedBytes ?? 0));
  const signed = signedBytes === undefined ? body : bytes.subarray(end, end + signedBytes);
  return { raw: { ...head, body }, id, body: signed };
}

const ID = /^[!-~]{1,256}$/;

/** What became of a delivery. Only what is accepted was written. */
export type Outcome =
  | { readonly kind: Kept | 'unproven' | 'stale' | 'disabled' | 'unavailable' }
  | { readonly kind: 'answered'; readonly answer: Readonly<Record<string, string>> };

export interface Receiving {
  readonly database: Database;
  readonly keys: KeyStore;
  readonly secrets: SecretStore;
  /** What is worth a line in the log. */
  readonly keyMissing: (error: unknown) => void;
  readonly notKept: (error: unknown) => void;
  readonly now?: () => number;
}

export interface Receiver {
  /** Before anything is received: an endpoint with a key that proves nothing does not start. */
  start(): Promise<void>;
  receive(delivery: Delivery): Promise<Outcome>;
}

export function createReceiver<Payload>(
  endpoint: Endpoint<Payload>,
  { database, keys, secrets, keyMissing, notKept, now = Date.now }: Receiving,
): Receiver {
  const { id, scheme, toleranceSeconds } = endpoint;
  const ring = keyRing(endpoint, secrets, keyMissing, now);
  const dataKey = dataKeys(database, keys, id, now);
  const keep = keeperOf(database);
  return { start: () => ring.load(), receive };

  async function receive(delivery: Delivery): Promise<Outcome> {
    const at = now();
    const live = ring.inForce(new Date(at));
    if (live === undefined) return { kind: 'unavailable' };
    if (live.length === 0) return { kind: 'disabled' };
    // Nothing of it is read before it is proven, and nothing that is not proven afterwards. (HOOK-1)
    const signed = scheme.verify(delivery, live);
    if (!signed) return { kind: 'unproven' };
    // Both ways: one from the future would be good for as long as its sender likes. (HOOK-2, CHECK-9)
    // What is no time at all is not within it.
    if (signed.at && !(Math.abs(at - signed.at.getTime()) <= toleranceSeconds * 1000))
      return { kind: 'stale' };
    const answer = scheme.handshake?.(signed);
    if (answer) return { kind: 'answered', answer };
    try {
      return { kind: await keep(await rowOf(delivery, signed)) };
    } catch (error) {
      // Nobody is told that it was accepted before it is: the sender tries again. (HOOK-3)
      notKept(error);
      return { kind: 'unavailable' };
    }
  }

  async function rowOf(delivery: Delivery, signed: Signed): Promise<Row> {
    const key = await dataKey();
    const fingerprint = digestOf(scheme.retold?.(signed.body) ?? signed.body);
    const dedupeKey = dedupeKeyOf(signed, fingerprint);
    const { windowDays, retainDays, maxAttempts } = endpoint;
    return {
      endpoint: id,
      dedupeKey,
      fingerprint,
      windowDays,
      retainDays,
      maxAttempts,
      keyId: signed.keyId,
      signedAt: signed.at,
      dataKey: key.id,
      sealed: seal(key, contentOf(scheme, delivery, signed), [id, dedupeKey]),
      lane: laneOf(endpoint, signed),
    };
  }
}

// An id that no row could hold would be refused, and its sender try for days. Digests have a name of their own, so that
// no id of somebody else's reads like one. (HOOK-2)
function dedupeKeyOf({ id }: Signed, fingerprint: Buffer): string {
  if (id === undefined) return `body:${fingerprint.toString('hex')}`;
  return ID.test(id) ? `id:${id}` : `digest:${digestOf(id).toString('hex')}`;
}

// As a digest: what a lane is named by may be somebody's. (HOOK-6)
function laneOf<Payload>({ id, parse, lane }: Endpoint<Payload>, { body }: Signed) {
  const payload = lane && parse(Buffer.from(body));
  const name = payload === undefined ? undefined : lane?.(payload);
  return name === undefined ? undefined : `webhook:${id}:${digestOf(name).toString('hex')}`;
}

// All endpoints of a process share the one flush that is under way.
const keepers = new WeakMap<Database, (row: Row) => Promise<Kept>>();

function keeperOf(database: Database): (row: Row) => Promise<Kept> {
  const known = keepers.get(database);
  const keep =
    known ??
    groupCommit<Row, Kept>(
      (rows) => keepDeliveries(database, rows),
      ({ sealed }) => sealed.byteLength,
    );
  keepers.set(database, keep);
  return keep;
}

function digestOf(bytes: string | Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}
