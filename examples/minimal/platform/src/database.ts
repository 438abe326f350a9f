import type { RawBuilder } from 'kysely';
import type { Caller } from './caller.ts';
import type { SystemTx, TenantTx } from './database/transaction.ts';
import type { Applied } from './migrate.ts';
import { databaseOn } from './database/on-pool.ts';

export type { SystemTx, TenantTx } from './database/transaction.ts';
export type { Applied } from './migrate.ts';

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

// The engines load only when asked for: production never runs the embedded one.
export async function openDatabase(target: DatabaseTarget): Promise<Database> {
  switch (target.kind) {
    case 'memory': {
      const { openMemory } = await import('./database/embedded.ts');
      return databaseOn(target.kind, await openMemory());
    }
    case 'folder': {
      const { openFolder } = await import('./database/embedded.ts');
      return databaseOn(target.kind, await openFolder(target.path));
    }
    case 'server': {
      const { openServer } = await import('./database/server.ts');
      return databaseOn(target.kind, await openServer(target));
    }
  }
}
