import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { PoolClient, PoolConfig } from 'pg';
import { Pool, types } from 'pg';
import type { ServerTarget } from './database.ts';
import type { SessionPool } from './sessions.ts';
import {
  hold,
  IDLE_IN_TRANSACTION_TIMEOUT_MS,
  LOCK_TIMEOUT_MS,
  POOL_SIZE,
  SESSION_WAIT_MS,
  SIGN_IN_WAITS_MS,
  STATEMENT_TIMEOUT_MS,
} from './sessions.ts';
import { parsers } from './values.ts';

interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

const DEFAULT_PORT = 5432;
const SCHEMES = ['postgres:', 'postgresql:'];

/** Reads a database URL. Errors never repeat any part of it: the wrong part may be a password. */
export function parseServerUrl(text: string): ServerAddress {
  const url = readUrl(text);
  if (!SCHEMES.includes(url.protocol)) {
    refuse('must start with postgres:// or postgresql://.');
  }
  if (url.password !== '') {
    refuse('holds a password: URLs end up in logs and process lists. Put it in a file instead.');
  }
  // One parameter, such as sslmode, sslrootcert or options, can switch verification off.
  if (url.search !== '' || url.hash !== '') {
    refuse('holds parameters: they could switch TLS off. Remove all after the database name.');
  }

  const address = {
    host: decoded(url.hostname).replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    user: decoded(url.username),
    database: decoded(url.pathname.slice(1)),
  };
  // Require each part: the driver would take a missing one from PGHOST, PGUSER and similar variables.
  if (address.host === '' || address.user === '' || address.database === '') {
    refuse('must name a user, a host and a database: postgres://user@host/database.');
  }
  if (address.database.includes('/')) refuse('has more than one name after the host.');
  return address;
}

/** The loopback interface or a socket in the file system, where no other machine can listen. */
export function isLocal(host: string): boolean {
  return host.startsWith('/') || ['localhost', '127.0.0.1', '::1'].includes(host);
}

function readUrl(text: string): URL {
  if (!URL.canParse(text)) refuse('cannot be read as postgres://user@host/database.');
  return new URL(text);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return refuse('has a stray % in it.');
  }
}

function refuse(why: string): never {
  throw new Error(`The database URL ${why}`);
}

// invalid_password, invalid_authorization_specification
const REFUSALS: ReadonlySet<string> = new Set(['28P01', '28000']);

export async function openServer(target: ServerTarget): Promise<SessionPool> {
  const pool = new Pool(await serverConfig(target));
  // A server that fails over ends all sessions. Without these listeners the first error would end this process. The
  // current or the next statement reports the error.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));

  return {
    connect: async () => {
      const client = await signedIn(pool);
      return hold({
        identity: client,
        query: (text, values) => client.query(text, [...values]),
        release: () => client.release(),
      });
    },
    end: () => pool.end(),
  };
}

// While a password is replaced, client and server may hold different ones for a moment. Each connect reads it again, so
// a retry succeeds. A password that stays wrong is reported after the last delay.
async function signedIn(pool: Pool): Promise<PoolClient> {
  for (const wait of SIGN_IN_WAITS_MS) {
    try {
      return await pool.connect();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await setTimeout(wait);
    }
  }
  return pool.connect();
}

function isRefusal(error: unknown): boolean {
  return REFUSALS.has(String((error as { readonly code?: unknown }).code));
}

/** Sets every option, because the driver takes missing ones from PG* variables of the environment. */
export async function serverConfig(target: ServerTarget): Promise<PoolConfig> {
  const address = parseServerUrl(target.url);
  return {
    ...address,
    password: () => target.signIn?.password() ?? readPassword(target.passwordFile),
    ssl: await tls(address.host, target),
    options: sessionSettings(),
    max: POOL_SIZE,
    connectionTimeoutMillis: SESSION_WAIT_MS,
    types: { getTypeParser },
  };
}

async function readPassword(file: string | undefined): Promise<string> {
  if (file === undefined) return '';
  return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
}

// Connections to another machine always verify certificate and host name. With a certificate authority, local ones do
// too.
async function tls(host: string, { caFile, signIn }: ServerTarget): Promise<PoolConfig['ssl']> {
  const ofFile = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
  const ca = signIn ? [...signIn.ca] : ofFile;
  if (isLocal(host) && ca === undefined) return false;
  return { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) };
}

function sessionSettings(): string {
  return Object.entries({
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    timezone: 'UTC',
    datestyle: 'ISO',
    bytea_output: 'hex',
  })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

const getTypeParser: typeof types.getTypeParser = (oid: number, format?: string) =>
  parsers[oid] ?? types.getTypeParser(oid, format as 'text');
