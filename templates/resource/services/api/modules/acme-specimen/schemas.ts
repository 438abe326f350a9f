import type { Static } from 'typebox';
import { Type } from 'typebox';
import { LINE, strictObject } from '@app/platform/http/schemas';

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const uuid = Type.String({ pattern: `^${UUID}$` });

// One line of text. Without a limit, whoever may write may fill the disk.
const LONGEST_TEXT = 200;
const line = Type.String({ minLength: 1, maxLength: LONGEST_TEXT, pattern: LINE });

// Nobody reads more at once, and a page is held in memory.
const LARGEST_PAGE = 100;

export const Id = strictObject({ id: uuid });
export type Id = Static<typeof Id>;

// What a client may say. Owner and tenant are not among it: they are the caller's.
export const Draft = strictObject({
  title: line,
});
export type Draft = Static<typeof Draft>;

export const AcmeSpecimen = strictObject({
  id: uuid,
  title: line,
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
});
export type AcmeSpecimen = Static<typeof AcmeSpecimen>;

export const PageQuery = strictObject({
  limit: Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, default: 20 }),
  // Where the page before ended: the moment in milliseconds and the id.
  before: Type.Optional(Type.String({ pattern: `^[0-9]{1,14}_${UUID}$` })),
});
export type PageQuery = Static<typeof PageQuery>;

export const Page = strictObject({
  items: Type.Array(AcmeSpecimen, { maxItems: LARGEST_PAGE }),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type Page = Static<typeof Page>;
