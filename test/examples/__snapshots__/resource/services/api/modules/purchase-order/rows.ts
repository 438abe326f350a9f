import type { PurchaseOrder } from './schemas.ts';

export interface Row {
  readonly id: string;
  readonly owner: string;
  readonly a_text: string;
  readonly maybe_text: string | null;
  readonly a_integer: number;
  readonly maybe_integer: number | null;
  readonly a_boolean: boolean;
  readonly maybe_boolean: boolean | null;
  readonly a_timestamp: Date;
  readonly maybe_timestamp: Date | null;
  readonly a_uuid: string;
  readonly maybe_uuid: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export function answerOf(row: Row): PurchaseOrder {
  return {
    id: row.id,
    aText: row.a_text,
    maybeText: row.maybe_text,
    aInteger: row.a_integer,
    maybeInteger: row.maybe_integer,
    aBoolean: row.a_boolean,
    maybeBoolean: row.maybe_boolean,
    aTimestamp: row.a_timestamp.toISOString(),
    maybeTimestamp: row.maybe_timestamp?.toISOString() ?? null,
    aUuid: row.a_uuid,
    maybeUuid: row.maybe_uuid,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
