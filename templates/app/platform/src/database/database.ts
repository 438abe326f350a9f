import type { RawBuilder, Transaction } from 'kysely';
import type { Caller } from '../sessions/caller.ts';

// The schema type is `unknown` on purpose: statements are written by hand with the `sql` tag, and
// the query builder does not compile against it.
type Sql = Transaction<unknown>;

declare const tenantSet: unique symbol;
declare const noTenant: unique symbol;

/** A transaction in which `app.tenant` is the caller's tenant. */
export interface TenantTx {
  readonly sql: Sql;
  readonly caller: Caller;
  readonly [tenantSet]: true;
}

/** A transaction that belongs to no tenant, and says why. */
export interface SystemTx {
  readonly sql: Sql;
  readonly reason: string;
  readonly [noTenant]: true;
}

export type DatabaseTarget =
  { readonly kind: 'memory' } | { readonly kind: 'folder'; readonly path: string } | ServerTarget;

export interface ServerTarget {
  readonly kind: 'server';
  /** postgres://user@host:port/database: no password and no parameters in it. */
  readonly url: string;
  /** Read again at each connect, so that a rotated password needs no restart. */
  readonly passwordFile?: string;
  readonly caFile?: string;
  /** Instead of both: a password for each connection, and whose certificates are believed. */
  readonly signIn?: SignIn;
}

export interface SignIn {
  /** Asked at each connect, so that it may be good for minutes only. */
  password(): Promise<string>;
  readonly ca: readonly string[];
}

/** A migration that has run here: its module, its number within it, and the file as it was then. */
export interface Applied {
  readonly module: string;
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

export interface Database {
  readonly kind: DatabaseTarget['kind'];
  /** Applies what is pending under `folder`, modules in the given order. */
  migrate(folder: URL | string, order: readonly string[]): Promise<readonly Applied[]>;
  /** Commits what `work` did for the caller's tenant, or nothing of it. */
  tenantTransaction<T>(caller: Caller, work: (tx: TenantTx) => Promise<T>): Promise<T>;
  /** No tenant is set: for what happens before one is known, such as sign-in. */
  systemTransaction<T>(reason: string, work: (tx: SystemTx) => Promise<T>): Promise<T>;
  /** One statement, which is a transaction by itself: two messages fewer, where many wait for each of them. */
  systemStatement<Row>(reason: string, statement: RawBuilder<Row>): Promise<readonly Row[]>;
  /** As the role of operators' commands, which may write what requests may not. */
  operatorTransaction<T>(reason: string, work: (tx: SystemTx) => Promise<T>): Promise<T>;
  /** As whoever logged in: for migrations, which own the tables. No request has a use for it. */
  ownerTransaction<T>(reason: string, work: (tx: SystemTx) => Promise<T>): Promise<T>;
  ready(): Promise<boolean>;
  /** An archive of everything in it, where it is embedded: a server's backups are the server's matter. */
  readonly dump?: () => Promise<Blob>;
  close(): Promise<void>;
}
