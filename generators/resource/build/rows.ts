import type { Facts } from '../../../src/define-generator.ts';
import { type Built, ts } from '../../../src/render/typed-builders.ts';
import type { Field, FieldType } from '../fields.ts';
import { entityOf } from './entity.ts';

const VALUE: Readonly<Record<FieldType, Built>> = {
  text: ts`string`,
  integer: ts`number`,
  boolean: ts`boolean`,
  timestamp: ts`Date`,
  uuid: ts`string`,
};

/** rows.ts: an entity as the database has it, and what of it is answered. */
export function rows(facts: Facts): Built {
  const { type, fields } = entityOf(facts);
  return ts`
import type { ${type} } from './schemas.ts';

export interface Row {
  readonly id: string;
  readonly owner: string;
  ${fields.map(column)}readonly created_at: Date;
  readonly updated_at: Date;
}

export function answerOf(row: Row): ${type} {
  return {
    id: row.id,
    ${fields.map(member)}createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
`;
}

function column({ column: name, type, optional }: Field): Built {
  const value = optional ? ts`${VALUE[type]} | null` : VALUE[type];
  return ts`readonly ${name}: ${value};\n`;
}

function member({ column: name, member: answered, type, optional }: Field): Built {
  if (type !== 'timestamp') return ts`${answered}: row.${name},\n`;
  return optional
    ? ts`${answered}: row.${name}?.toISOString() ?? null,\n`
    : ts`${answered}: row.${name}.toISOString(),\n`;
}
