import type { Facts } from '../../../src/define-generator.ts';
import { type Built, json } from '../../../src/render/typed-builders.ts';
import type { Field, FieldType } from '../fields.ts';
import { entityOf } from './entity.ts';

// Whoever may write words writes names: what is free text is personal until its owner knows better.
const CLASS: Readonly<Record<FieldType, string>> = {
  text: 'personal',
  integer: 'internal',
  boolean: 'internal',
  timestamp: 'internal',
  uuid: 'internal',
};

/** The shard of the lineage registry: what each column holds, where from, for how long, and where it goes. */
export function lineage(facts: Facts): Built {
  const { table, fields } = entityOf(facts);
  return json`{
  "module": ${facts.module},
  "tables": [
    {
      "table": ${table.identifier},
      "source": "Its owner, over the API.",
      "purpose": "What its owner wanted to keep.",
      "lawfulBasis": "contract",
      "retention": { "until": "its owner deletes it" },
      "flows": {
        "answer": "all but tenant and owner, to its owner",
        "idempotency_key": "the answer to a change, for a day",
        "audit-trail": "the id, never the content",
        "backup": "all of it"
      },
      "columns": {
        "id": "internal",
        "tenant": "internal",
        "owner": "personal",
${fields.map(column)}        "created_at": "internal",
        "updated_at": "internal"
      }
    }
  ]
}`;
}

function column({ column: name, type }: Field): Built {
  return json`        ${name.identifier}: ${CLASS[type]},\n`;
}
