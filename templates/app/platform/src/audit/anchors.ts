import { sql } from 'kysely';
import type { SystemTx } from '../database/database.ts';
import type { KeyStore } from '../keys/keys.ts';
import type { Head } from './chain.ts';
import { AUDIT_KEY, fields, sha256 } from './chain.ts';

/**
 * Lines kept outside the database, in order and only ever added: whoever can rewrite the database
 * must not be able to rewrite these. The local log and those of clouds pass the same contract,
 * `testing/anchor-log-contract.ts`.
 */
export interface AnchorLog {
  /** Resolves when the line would survive a power cut. One caller at a time. */
  append(line: string): Promise<void>;
  last(): Promise<string | undefined>;
  lines(): Promise<readonly string[]>;
}

/** Where streams stand, kept outside the database: no tail is cut unseen. (OBS-1) */
interface Anchor {
  readonly number: number;
  /** The digest of the line before, so that no line is taken out, repeated or moved. */
  readonly previous: string;
  readonly at: string;
  /** The newest seal of all streams that this line and those before it speak of. */
  readonly upTo: string;
  readonly heads: readonly [stream: string, number: string, hash: string][];
  readonly accepted?: Acceptance;
}

/**
 * What an operator has looked at and answers for. It is signed with the anchor, so that whoever has
 * only the database cannot say it; and it stays, so that an accepted loss is never silence.
 */
export interface Acceptance {
  readonly of: 'loss' | 'clock';
  readonly actor: string;
  readonly ticket: string;
  /** Of a loss the last seal that is kept and the last one that is lost; of a clock the seal and its hash. */
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
  // A restored database counts its seals from where it was: every stream is anchored anew.
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

/** The anchor that a line is, if the key store has signed it and it follows the line before. */
export async function readAnchor(
  keys: KeyStore,
  line: string,
  before: string | undefined,
): Promise<Anchor | undefined> {
  const anchor = await signedAnchor(keys, line).catch(() => undefined);
  return anchor?.previous === digestOf(before) ? anchor : undefined;
}

// Throws where the line is nothing that was ever an anchor.
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
