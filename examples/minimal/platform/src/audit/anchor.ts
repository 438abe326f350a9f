import { sql } from 'kysely';
import type { AnchorLog } from '../anchors.ts';
import type { SystemTx } from '../database.ts';
import type { KeyStore } from '../keys.ts';
import type { Head } from './chain.ts';
import { fields, sha256 } from './canonical.ts';
import { AUDIT_KEY } from './chain.ts';

/** Where streams stand, kept outside the database: no tail is cut unseen. (OBS-1) */
export interface Anchor {
  readonly number: number;
  /** The digest of the line before, so that no line is taken out, repeated or moved. */
  readonly previous: string;
  readonly at: string;
  /** The newest seal of all streams that this line and those before it speak of. */
  readonly upTo: string;
  readonly heads: readonly [stream: string, number: string, hash: string][];
}

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
): Promise<number> {
  const line = await anchors.last();
  const last = line === undefined ? FIRST : (JSON.parse(line) as AnchorLine);
  const moved = await headsAfter(tx, BigInt(last.upTo));
  if (moved.length === 0) return 0;
  const anchor: Anchor = {
    number: last.number + 1,
    previous: digestOf(line),
    at: now.toISOString(),
    upTo: String(moved.reduce((newest, { id }) => (id > newest ? id : newest), 0n)),
    heads: moved.map(({ stream, number, hash }) => [stream, String(number), hash.toString('hex')]),
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
  const { keyId, signature, ...anchor } = parsed(line);
  const signed = { keyId, signature: Buffer.from(signature, 'base64') };
  const isSigned = await keys
    .verify(AUDIT_KEY, anchorStatement(anchor), signed, new Date(anchor.at))
    .catch(() => false);
  return isSigned && anchor.previous === digestOf(before) ? anchor : undefined;
}

function parsed(line: string): AnchorLine {
  try {
    return JSON.parse(line) as AnchorLine;
  } catch {
    return { number: 0, previous: '', at: '', upTo: '', heads: [], keyId: '', signature: '' };
  }
}

function digestOf(line: string | undefined): string {
  return line === undefined ? '' : sha256(line).toString('hex');
}

function anchorStatement({ number, previous, at, upTo, heads }: Anchor): Buffer {
  return Buffer.from(fields(['audit-anchor', String(number), previous, at, upTo, ...heads.flat()]));
}

async function headsAfter(tx: SystemTx, id: bigint): Promise<readonly SealHead[]> {
  const { rows } = await sql<SealHead>`
    select distinct on (stream) id, stream, number, hash from audit_seal
    where id > ${id} order by stream, number desc
  `.execute(tx.sql);
  return rows;
}
