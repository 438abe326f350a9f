import type { RawBuilder, Transaction } from 'kysely';
import type { Caller } from '../sessions/caller.ts';

// The schema type is `unknown` on purpose: statements are written with the `sql` tag, and the query builder does not
// compile against it.
type Sql = Transaction<unknown>;

declare const tenantSet: unique symbol;
declare const noTenant: unique symbol;

/** A transaction in which `app.tenant` is the caller's tenant. */
export interface TenantTx {
  readonly sql: Sql;
  readonly caller: Caller;
  readonly [tenantSet]: true;
}

/** A transaction without a tenant, with the reason for it. */
export interface SystemTx {
  readonly sql: Sql;
  readonly reason: string;
  readonly [noTenant]: true;
}

export type DatabaseTarget =
  { readonly kind: 'memory' } | { readonly kind: 'folder'; readonly path: string } | ServerTarget;

export interface ServerTarget {
  readonly kind: 'server';
  /** postgres://user@host:port/database, without a password and without parameters. */
  readonly url: string;
  /** Read again at each connect, so that a rotated password needs no restart. */
  readonly passwordFile?: string;
  readonly caFile?: string;
  /** Replaces `passwordFile` and `caFile`: a password per connection, and the certificate authorities. */
  readonly signIn?: SignIn;
}

export interface SignIn {
  /** Called at each connect, so a password may expire after minutes. */
  password(): Promise<string>;
  readonly ca: readonly string[];
}

/** An applied migration: its module, its number in the module, and the name and hash of the file at that time. */
export interface Applied {
  readonly module: string;
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

export interface Database {
  readonly kind: DatabaseTarget['kind'];
  /** Applies the pending migrations below `folder`, module by module in the given order. */
  migrate(folder: URL | string, order: readonly string[]): Promise<readonly Applied[]>;
  /** Runs `work` for the caller's tenant, and commits all of it or nothing. */
  tenantTransaction<T>(caller: Caller, work: (tx: TenantTx) => Promise<T>): Promise<T>;
  /** Sets no tenant: for work that comes before the tenant is known, such as sign-in. */
  systemTransaction<T>(reason: string, work: (tx: SystemTx) => Promise<T>): Promise<T>;
  /** One statement as a transaction of its own. It saves two messages to the database. */
  systemStatement<Row>(reason: string, statement: RawBuilder<Row>): Promise<readonly Row[]>;
  /** Acts as the role of operators' commands, which may write tables that requests may not. */
  operatorTransaction<T>(reason: string, work: (tx: SystemTx) => Promise<T>): Promise<T>;
  /** Acts as the login itself: for migrations, which own the tables. Requests never use it. */
  ownerTransaction<T>(reason: string, work: (tx: SystemTx) => Promise<T>): Promise<T>;
  ready(): Promise<boolean>;
  /** An archive of the embedded database. A server has backups of its own. */
  readonly dump?: () => Promise<Blob>;
  close(): Promise<void>;
}
