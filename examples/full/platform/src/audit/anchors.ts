import { sql } from 'kysely';
import type { SystemTx } from '../database/database.ts';
import type { KeyStore } from '../keys/keys.ts';
import type { Head } from './chain.ts';
import { AUDIT_KEY, sha256 } from './chain.ts';
import { fields } from '../keys/keys.ts';

/**
 * Append-only lines outside the database: an attacker who can rewrite the database must not be able to rewrite them.
 * Every store of anchors passes the same contract tests.
 */
export interface AnchorLog {
  /** Resolves when the line would survive a power cut. One caller at a time. */
  append(line: string): Promise<void>;
  last(): Promise<string | undefined>;
  lines(): Promise<readonly string[]>;
}

/** The last seal of each stream, kept outside the database: a cut tail is detected. (OBS-1) */
interface Anchor {
  readonly number: number;
  /** The digest of the previous line, so that no line can be removed, repeated or moved. */
  readonly previous: string;
  readonly at: string;
  /** The id of the newest seal that this line and the earlier lines cover. */
  readonly upTo: string;
  readonly heads: readonly [stream: string, number: string, hash: string][];
  readonly accepted?: Acceptance;
}

/**
 * A finding that an operator accepts under a ticket. It is signed with the anchor, so that an attacker with access to
 * the database alone cannot forge it. It stays, so that every verification reports it.
 */
export interface Acceptance {
  readonly of: 'loss' | 'clock';
  readonly actor: string;
  readonly ticket: string;
  /** For a loss: the last seal that is kept and the last that is lost. For a clock: the seal and its hash. */
  readonly places: readonly Place[];
}

export type Place = readonly [stream: string, seal: string, detail: string];

interface AnchorLine extends Anchor {
  readonly keyId: string;
  readonly signature: string;
}

const FIRST: Pick<Anchor, 'number' | 'upTo'> = { number: 0, upTo: '0' };

interface SealHead extends Head {
  readonly id: bigint;
}

export async function appendAnchor(
  tx: SystemTx,
  keys: KeyStore,
  anchors: AnchorLog,
  now: Date,
  accepted?: Acceptance,
): Promise<number> {
  const line = await anchors.last();
  const last = line === undefined ? FIRST : (JSON.parse(line) as AnchorLine);
  // A restored database numbers its seals from an earlier id, so an acceptance anchors every stream again.
  const moved = await headsAfter(tx, accepted ? 0n : BigInt(last.upTo));
  if (moved.length === 0 && !accepted) return 0;
  const anchor: Anchor = {
    number: last.number + 1,
    previous: digestOf(line),
    at: now.toISOString(),
    upTo: String(moved.reduce((newest, { id }) => (id > newest ? id : newest), 0n)),
    heads: moved.map(({ stream, number, hash }) => [stream, String(number), hash.toString('hex')]),
    ...(accepted && { accepted }),
  };
  const { keyId, signature } = await keys.sign(AUDIT_KEY, anchorStatement(anchor));
  const signed = { ...anchor, keyId, signature: Buffer.from(signature).toString('base64') };
  await anchors.append(JSON.stringify(signed));
  return moved.length;
}

/** The anchor of a line, if the key store signed it and it follows the previous line. */
export async function readAnchor(
  keys: KeyStore,
  line: string,
  before: string | undefined,
): Promise<Anchor | undefined> {
  const anchor = await signedAnchor(keys, line).catch(() => undefined);
  return anchor?.previous === digestOf(before) ? anchor : undefined;
}

// Throws if the line is not an anchor.
async function signedAnchor(keys: KeyStore, line: string): Promise<Anchor | undefined> {
  const { keyId, signature, ...anchor } = JSON.parse(line) as AnchorLine;
  const signed = { keyId, signature: Buffer.from(signature, 'base64') };
  const statement = anchorStatement(anchor);
  const isSigned = await keys.verify(AUDIT_KEY, statement, signed, new Date(anchor.at));
  return isSigned ? anchor : undefined;
}

function digestOf(line: string | undefined): string {
  return line === undefined ? '' : sha256(line).toString('hex');
}

function anchorStatement({ number, previous, at, upTo, heads, accepted }: Anchor): Buffer {
  const common = [String(number), previous, at, upTo];
  if (!accepted) return Buffer.from(fields(['audit-anchor', ...common, ...heads.flat()]));
  const { of, actor, ticket, places } = accepted;
  const what = [of, actor, ticket, String(places.length), ...places.flat()];
  return Buffer.from(fields(['audit-acceptance', ...common, ...what, ...heads.flat()]));
}

async function headsAfter(tx: SystemTx, id: bigint): Promise<readonly SealHead[]> {
  const { rows } = await sql<SealHead>`
    select distinct on (stream) id, stream, number, hash from audit_seal
    where id > ${id} order by stream, number desc
  `.execute(tx.sql);
  return rows;
}
