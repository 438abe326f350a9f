import type { Static, TSchema } from 'typebox';
import { Type } from 'typebox';
import { LINE, strictObject } from '@app/platform/http/schemas';

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const uuid = Type.String({ pattern: `^${UUID}$` });

// One line of text. Without a limit, whoever may write may fill the disk.
const LONGEST_TEXT = 200;
const line = Type.String({ minLength: 1, maxLength: LONGEST_TEXT, pattern: LINE });

// What PostgreSQL's integer holds: a larger number would surface as an error of ours.
const LARGEST_INTEGER = 2 ** 31 - 1;
const integer = Type.Integer({ minimum: -LARGEST_INTEGER, maximum: LARGEST_INTEGER });

// UTC to the millisecond, as it is stored, in years that PostgreSQL has: what is read is what was written.
const INSTANT = '^[12]\\d{3}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$';
const instant = Type.String({ format: 'date-time', pattern: INSTANT });

// Nobody reads more at once, and a page is held in memory.
const LARGEST_PAGE = 100;

export const Id = strictObject({ id: uuid });
export type Id = Static<typeof Id>;

// What a client may say. Owner and tenant are not among it: they are the caller's.
export const Draft = strictObject({
  aText: line,
  maybeText: Type.Optional(orNone(line)),
  aInteger: integer,
  maybeInteger: Type.Optional(orNone(integer)),
  aBoolean: Type.Boolean(),
  maybeBoolean: Type.Optional(orNone(Type.Boolean())),
  aTimestamp: instant,
  maybeTimestamp: Type.Optional(orNone(instant)),
  aUuid: uuid,
  maybeUuid: Type.Optional(orNone(uuid)),
});
export type Draft = Static<typeof Draft>;

export const PurchaseOrder = strictObject({
  id: uuid,
  aText: line,
  maybeText: orNone(line),
  aInteger: integer,
  maybeInteger: orNone(integer),
  aBoolean: Type.Boolean(),
  maybeBoolean: orNone(Type.Boolean()),
  aTimestamp: instant,
  maybeTimestamp: orNone(instant),
  aUuid: uuid,
  maybeUuid: orNone(uuid),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
});
export type PurchaseOrder = Static<typeof PurchaseOrder>;

export const PageQuery = strictObject({
  limit: Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, default: 20 }),
  // Where the page before ended: the moment in milliseconds and the id.
  before: Type.Optional(Type.String({ pattern: `^[0-9]{1,14}_${UUID}$` })),
});
export type PageQuery = Static<typeof PageQuery>;

export const Page = strictObject({
  items: Type.Array(PurchaseOrder, { maxItems: LARGEST_PAGE }),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type Page = Static<typeof Page>;

// What is optional may be left out or be null, and is answered as null.
function orNone<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}
