import { tracingChannel } from 'node:diagnostics_channel';
import type { PostgresPoolClient } from 'kysely';

// A statement that runs longer is a mistake or an attack on the pool: ending it frees its session.
export const STATEMENT_TIMEOUT_MS = 10_000;

// Without this limit, a few requests that wait for a locked row could hold every session.
export const LOCK_TIMEOUT_MS = 3_000;

// The server ends the transaction of a process that hangs, because it keeps its locks and stops vacuum.
export const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;

// How long a request may queue for a session before it is refused.
export const SESSION_WAIT_MS = 5_000;

// Delays before each retry of a login, while a password is being replaced.
export const SIGN_IN_WAITS_MS = [50, 200, 600] as const;

// A few replicas with pools of this size stay below PostgreSQL's default of 100 connections.
export const POOL_SIZE = 10;

// A migration may rewrite a table or wait for the migration of another replica.
export const MIGRATION_TIMEOUT_MS = 10 * 60_000;

export interface TransactionTold {
  readonly kind: 'tenant' | 'system' | 'command' | 'login';
}

export interface StatementTold {
  readonly verb: string;
}

// Subscribers see kinds and durations only. They cannot leak a statement, its values, the caller or the reason, because
// these are not published. (HOOK-6)
export const transactions = tracingChannel<unknown, TransactionTold>('app.database.transaction');
export const statements = tracingChannel<unknown, StatementTold>('app.database.statement');
export const waits = tracingChannel<unknown, object>('app.database.wait');

const VERBS: ReadonlySet<string> = new Set([
  'select',
  'insert',
  'update',
  'delete',
  'with',
  'begin',
  'commit',
  'rollback',
  'set',
]);

/** The first word of a statement, if it is a known one. */
function verbOf(text: string): string {
  const word = /^\s*([a-z]{1,10})\b/i.exec(text)?.[1]?.toLowerCase() ?? '';
  return VERBS.has(word) ? word : 'other';
}

/** The sessions of an engine. One transaction at a time holds a session. */
export interface SessionPool {
  connect(): Promise<Session>;
  end(): Promise<void>;
  /** An archive of the database, where the engine runs in this process. */
  readonly dump?: () => Promise<Blob>;
}

/** One hold on a session. */
export interface Session extends PostgresPoolClient {
  /** The same object each time the same session is held. */
  readonly identity: object;
}

export interface Engine {
  readonly identity: object;
  query(text: string, values: readonly unknown[]): Promise<unknown>;
  release(): void;
}

const LAST_WORD = /^(?:commit|rollback)$/;

/**
 * One hold on a session. Refuses statements after the end of the transaction: a statement without `await` would run
 * uncommitted, or within the next transaction, which may be another tenant's. (AUTHZ-5)
 */
export function hold(engine: Engine): Session {
  let over = false;
  let released = false;

  const query = async (text: string, values: readonly unknown[] = []): Promise<unknown> => {
    if (over) throw new Error('This transaction is over: a statement in it was not awaited.');
    over = LAST_WORD.test(text);
    return statements.tracePromise(() => engine.query(text, values), { verb: verbOf(text) });
  };

  const release = (): void => {
    if (released) return;
    released = true;
    over = true;
    engine.release();
  };

  return { identity: engine.identity, query, release } as Session;
}

/** The role of the service. It holds what migrations grant it, and owns nothing. (AUTHZ-4) */
export const SERVICE_ROLE = 'app_api';

/** The role of operators' commands, which may change what the service must not. (AUTHZ-4) */
export const OPERATOR_ROLE = 'app_operator';

/** No role but the login itself, which owns the schema where migrations run. */
export const LOGIN_ROLE = 'none';

type Role = typeof SERVICE_ROLE | typeof OPERATOR_ROLE | typeof LOGIN_ROLE;

const acting = new WeakMap<object, Role>();

/**
 * The same sessions, acting as a database role. On a server this is a boundary, if the login is a member of that role
 * only. The embedded engine logs in as the owner, and a statement can reset the role: there it only shows missing
 * grants.
 */
export function actingAs(role: Role, pool: SessionPool): SessionPool {
  const connect: SessionPool['connect'] = async () => {
    const session = await waits.tracePromise(() => pool.connect(), {});
    try {
      // Set it once per session, because it costs a round trip.
      if ((acting.get(session.identity) ?? LOGIN_ROLE) !== role) {
        acting.delete(session.identity);
        await session.query(`set role ${role}`, []);
        acting.set(session.identity, role);
      }
      return session;
    } catch (error) {
      session.release();
      throw error;
    }
  };
  return { connect, end: () => pool.end() };
}

type Parse = (text: string) => unknown;

/**
 * Parsers by column type, the same on both engines. Values that a JavaScript number or Date would change stay exact:
 * 64-bit integers, decimals, dates without a zone.
 */
export const parsers: Readonly<Record<number, Parse>> = {
  17: asBuffer, //  bytea
  20: BigInt, //    bigint
  1082: asText, //  date
  1114: asText, //  timestamp
  1184: asInstant, // timestamptz
  1700: asText, //  numeric
  1001: listOf(asBuffer),
  1016: listOf(BigInt),
  1182: listOf(asText),
  1115: listOf(asText),
  1185: listOf(asInstant),
  1231: listOf(asText),
};

/** Serializers for types where those of the embedded engine take longer than the statement. */
export const serializers: Readonly<Record<number, (value: Uint8Array) => string>> = {
  17: ({ buffer, byteOffset, byteLength }) =>
    `\\x${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`,
};

function asText(text: string): string {
  return text;
}

function asBuffer(text: string): Buffer {
  return Buffer.from(text.slice(text.indexOf('x') + 1), 'hex');
}

function asInstant(text: string): Date {
  const instant = new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  if (Number.isNaN(instant.getTime())) throw new RangeError(`${text} is no instant.`);
  return instant;
}

// No value of these types contains a comma, a brace or a quote, so no array grammar is needed.
function listOf(parse: Parse): Parse {
  return (text) => {
    const inner = /^\{([^{}]*)\}$/.exec(text)?.[1];
    if (inner === undefined) throw new RangeError('Only arrays of one dimension are read.');
    if (inner === '') return [];
    return inner
      .split(',')
      .map((item) => (item === 'NULL' ? null : parse(item.replaceAll('"', ''))));
  };
}
