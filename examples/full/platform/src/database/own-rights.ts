import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { SystemTx } from '../database.ts';
import { SERVICE_ROLE } from './acting-as.ts';

/**
 * Refuses a login that could do more than the service is granted: change the schema, switch the
 * tenant wall off, make roles. Whatever gets a statement past the service would have it all. (AUTHZ-4)
 */
export async function requireOnlyGrantedRights(
  tx: SystemTx,
  login: RawBuilder<string> = sql`session_user`,
): Promise<void> {
  const { rows } = await sql<{ above: boolean; owns: boolean }>`
    -- Itself, and everything it may become.
    with recursive reach (oid) as (
      select oid from pg_roles where rolname = ${login}
      union
      select roleid from pg_auth_members join reach on pg_auth_members.member = reach.oid
    )
    select bool_or(rolsuper or rolbypassrls or rolcreaterole or rolcreatedb) as above,
           bool_or(exists (
             select from pg_class
             where relowner = pg_roles.oid and relnamespace = current_schema()::regnamespace
           )) as owns
    from pg_roles join reach using (oid)
  `.execute(tx.sql);
  const [rights] = rows;
  if (rights?.above === false && !rights.owns) return;
  throw new Error(
    `The database login ${rights?.above ? 'is an administrator' : 'owns tables'}. Give the service ` +
      `a login of its own: create role api login; grant ${SERVICE_ROLE} to api;`,
  );
}
