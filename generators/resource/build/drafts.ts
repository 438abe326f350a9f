import type { Facts } from '../../../src/define-generator.ts';
import { type Built, ts } from '../../../src/render/typed-builders.ts';
import type { Field, FieldType } from '../fields.ts';
import { entityOf } from './entity.ts';

/** Two values that each type accepts. */
const ACCEPTED: Readonly<Record<FieldType, readonly [Built, Built]>> = {
  text: [ts`${'Blue'}`, ts`${'Green'}`],
  integer: [ts`${1}`, ts`${2}`],
  boolean: [ts`${true}`, ts`${false}`],
  timestamp: [ts`${'2026-01-31T12:00:00.000Z'}`, ts`${'2027-02-28T23:59:59.999Z'}`],
  uuid: [
    ts`${'00000000-0000-4000-8000-000000000001'}`,
    ts`${'00000000-0000-4000-8000-000000000002'}`,
  ],
};

/** One value for each rule that refuses one: a type, a limit, a character that a terminal would act on. */
const REFUSED: Readonly<Record<FieldType, readonly Built[]>> = {
  text: [
    ts`1`,
    ts`${''}`,
    ts`'a'.repeat(201)`,
    ts`'line\\nbreak'`,
    ts`'\\u001b[2J'`,
    ts`'\\u0000'`,
  ],
  integer: [ts`${'1'}`, ts`1.5`, ts`2 ** 31`, ts`-(2 ** 31)`],
  boolean: [ts`${'true'}`, ts`1`],
  timestamp: [
    ts`1`,
    ts`${'tomorrow'}`,
    ts`${'2026-02-30T12:00:00Z'}`,
    ts`${'2026-01-31T12:00:00+02:00'}`,
    ts`${'0000-01-01T00:00:00Z'}`,
  ],
  uuid: [ts`1`, ts`${'1'}`],
};

/** drafts.ts: bodies for the tests. */
export function drafts(facts: Facts): Built {
  const { fields } = entityOf(facts);
  const required = fields.filter((field) => !field.optional);
  return ts`
import type { Draft } from './schemas.ts';

export const draft: Draft = {
  ${fields.map(({ member, type }) => ts`${member}: ${ACCEPTED[type][0]},\n`)}
};

// Other values, and nothing that may be left out.
export const sparse: Draft = {
  ${required.map(({ member, type }) => ts`${member}: ${ACCEPTED[type][1]},\n`)}
};

// One for each rule that refuses a body.
export const refused: readonly object[] = [
  ${fields.flatMap(refusedFor)}
];
`;
}

function refusedFor({ member, type, optional }: Field): Built[] {
  const absent = optional ? [] : [ts`undefined`, ts`null`];
  return [...absent, ...REFUSED[type]].map((value) => ts`{ ...draft, ${member}: ${value} },\n`);
}
