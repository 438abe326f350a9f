import type { Transaction } from 'kysely';
import type { Caller } from '../caller.ts';

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
