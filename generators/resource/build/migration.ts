import type { Facts } from '../../../src/define-generator.ts';
import { type Built, sql } from '../../../src/render/typed-builders.ts';
import type { Field } from '../fields.ts';
import { WIDTH, entityOf } from './entity.ts';

/** 0001: the table, its index, the tenant wall and what the service may do. */
export function migration(facts: Facts): Built {
  const { table, fields } = entityOf(facts);
  return sql`
create table ${table} (
  id uuid primary key default gen_random_uuid(),
  tenant text not null check (char_length(tenant) between 1 and 128),
  owner text not null check (char_length(owner) between 1 and 128),
${fields.map(column)}  -- Milliseconds, as in the cursor that names a row: anything finer would skip rows between pages.
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create index on ${table} (tenant, owner, created_at desc, id desc);

-- Behind the statements, which name the tenant themselves: one that forgets to finds nothing of another tenant's. (AUTHZ-1)
alter table ${table} enable row level security;
alter table ${table} force row level security;

create policy tenant_wall on ${table}
  using (tenant = current_setting('app.tenant', true));

-- Not the tenant, nor the owner: a record never changes hands. (AUTHZ-4)
grant select, insert, delete on ${table} to app_api;
${fields.map(({ column: name }) => sql`grant update (${name}) on ${table} to app_api;\n`)}grant update (updated_at) on ${table} to app_api;
`;
}

function column({ column: name, type, optional }: Field): Built {
  const presence = optional ? sql`` : sql` not null`;
  switch (type) {
    case 'text':
      return limited(
        sql`  ${name} text${presence}`,
        sql`check (char_length(${name}) between 1 and 200),\n`,
      );
    case 'integer':
      return sql`  ${name} integer${presence},\n`;
    case 'boolean':
      return sql`  ${name} boolean${presence},\n`;
    case 'timestamp':
      return sql`  ${name} timestamptz(3)${presence},\n`;
    case 'uuid':
      return sql`  ${name} uuid${presence},\n`;
  }
}

/** A limit goes to a line of its own where a long name would push it past the width. */
function limited(start: Built, limit: Built): Built {
  const fits = start.text.length + limit.text.length <= WIDTH;
  return fits ? sql`${start} ${limit}` : sql`${start}\n    ${limit}`;
}
