import { sql } from 'kysely';
import type { Applied, SystemTx } from '../database.ts';

export async function alreadyApplied(tx: SystemTx): Promise<readonly Applied[]> {
  const { rows } = await sql<Applied>`
    select module, number, name, sha256 from schema_migration order by module, number
  `.execute(tx.sql);
  return rows;
}
