import type { Facts } from '../../../src/define-generator.ts';
import { type Built, ts } from '../../../src/render/typed-builders.ts';
import type { Field, FieldType } from '../fields.ts';
import { entityOf } from './entity.ts';

const SCHEMA: Readonly<Record<FieldType, Built>> = {
  text: ts`line`,
  integer: ts`integer`,
  boolean: ts`Type.Boolean()`,
  timestamp: ts`instant`,
  uuid: ts`uuid`,
};

/** What the schemas of the types above stand on; a uuid is always there, for the entity's own id. */
const DECLARATIONS: Readonly<Partial<Record<FieldType, Built>>> = {
  text: ts`
// One line of text. Without a limit, whoever may write may fill the disk.
const LONGEST_TEXT = 200;
const line = Type.String({ minLength: 1, maxLength: LONGEST_TEXT, pattern: LINE });
`,
  integer: ts`
// What PostgreSQL's integer holds: a larger number would surface as an error of ours.
const LARGEST_INTEGER = 2 ** 31 - 1;
const integer = Type.Integer({ minimum: -LARGEST_INTEGER, maximum: LARGEST_INTEGER });
`,
  timestamp: ts`
// UTC to the millisecond, as it is stored, in years that PostgreSQL has: what is read is what was written.
const INSTANT = '^[12]\\\\d{3}-\\\\d\\\\d-\\\\d\\\\dT\\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d(\\\\.\\\\d{1,3})?Z$';
const instant = Type.String({ format: 'date-time', pattern: INSTANT });
`,
};

const OR_NONE = ts`
// What is optional may be left out or be null, and is answered as null.
function orNone<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}
`;

/** schemas.ts: the shapes that cross the boundary. */
export function schemas(facts: Facts): Built {
  const { type, fields } = entityOf(facts);
  const used = new Set(fields.map((field) => field.type));
  const hasOptional = fields.some((field) => field.optional);
  return ts`
import type { Static${hasOptional ? ts`, TSchema` : ts``} } from 'typebox';
import { Type } from 'typebox';
import { ${used.has('text') ? ts`LINE, ` : ts``}strictObject } from '@app/platform/http/schemas';

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const uuid = Type.String({ pattern: \`^\${UUID}$\` });
${[...used].map((each) => DECLARATIONS[each] ?? ts``)}
// Nobody reads more at once, and a page is held in memory.
const LARGEST_PAGE = 100;

export const Id = strictObject({ id: uuid });
export type Id = Static<typeof Id>;

// What a client may say. Owner and tenant are not among it: they are the caller's.
export const Draft = strictObject({
  ${fields.map(given)}
});
export type Draft = Static<typeof Draft>;

export const ${type} = strictObject({
  id: uuid,
  ${fields.map(answered)}createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
});
export type ${type} = Static<typeof ${type}>;

export const PageQuery = strictObject({
  limit: Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, default: 20 }),
  // Where the page before ended: the moment in milliseconds and the id.
  before: Type.Optional(Type.String({ pattern: \`^[0-9]{1,14}_\${UUID}$\` })),
});
export type PageQuery = Static<typeof PageQuery>;

export const Page = strictObject({
  items: Type.Array(${type}, { maxItems: LARGEST_PAGE }),
  next: Type.Union([Type.String(), Type.Null()]),
});
export type Page = Static<typeof Page>;
${hasOptional ? OR_NONE : ts``}`;
}

function given({ member, type, optional }: Field): Built {
  const schema = SCHEMA[type];
  return optional
    ? ts`${member}: Type.Optional(orNone(${schema})),\n`
    : ts`${member}: ${schema},\n`;
}

function answered({ member, type, optional }: Field): Built {
  const schema = SCHEMA[type];
  return ts`${member}: ${optional ? ts`orNone(${schema})` : schema},\n`;
}
