import { spellings } from '../../src/answers/names.ts';
import type { Answers } from '../../src/answers/answer.ts';
import { EXIT, UserError } from '../../src/errors.ts';
import { namesSecret } from '../../templates/app/platform/src/secret-shapes/named-secrets.ts';
import { type Identifier, identifier } from '../../src/render/typed-builders.ts';
import { RESERVED_WORDS } from './words.ts';

/** More is a form of many pages, and rarely one table. */
export const MAX_FIELDS = 12;
/** Leaves room for what PostgreSQL appends to a column's name within its 63 bytes. */
const MAX_FIELD_NAME = 40;

export const FIELD_TYPES = ['text', 'integer', 'boolean', 'timestamp', 'uuid'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export interface Field {
  /** As SQL has it: `due_at`. */
  readonly column: Identifier;
  /** As JSON and TypeScript have it: `dueAt`. */
  readonly member: Identifier;
  readonly type: FieldType;
  readonly optional: boolean;
}

// A word starts with a letter, so that no two names of columns become one name of members.
const WORD = '[a-z][a-z0-9]*';
const FIELD = `(?=[a-z0-9_]{1,${MAX_FIELD_NAME}}:)${WORD}(?:_${WORD})*:(?:${FIELD_TYPES.join('|')})\\??`;

/** The whole answer: `number:text,due_at:timestamp?`. */
export const FIELDS_PATTERN = `${FIELD}(?:,${FIELD}){0,${MAX_FIELDS - 1}}`;
export const FIELDS_MAX_LENGTH = MAX_FIELDS * (MAX_FIELD_NAME + ':timestamp?,'.length) - 1;

/** Columns that every entity has. */
const COMMON = new Set(['id', 'tenant', 'owner', 'created_at', 'updated_at']);

/** What no pattern can say about the fields, as the end of a sentence. */
export function fieldsProblem(text: string): string | undefined {
  const names = text.split(',').map((field) => field.slice(0, field.indexOf(':')));
  if (new Set(names).size < names.length) return 'must not name a field twice';
  if (names.some((name) => COMMON.has(name)))
    return `must not name what every entity has: ${[...COMMON].join(', ')}`;
  if (names.some(isReserved)) return 'must not name a field by a word of SQL or JavaScript';
  if (names.some(namesSecret))
    return 'must not name a password, a key or a token: a table is no place to keep one';
  return undefined;
}

/**
 * The fields of a resource, from its answers.
 *
 * @throws UserError `E_FIELDS` when they did not pass the question, as in a manifest that was edited by hand.
 */
export function fieldsOf(answers: Answers): readonly Field[] {
  const text = answers['fields'];
  const isList = typeof text === 'string' && new RegExp(`^(?:${FIELDS_PATTERN})$`).test(text);
  if (!isList || fieldsProblem(text) !== undefined) throw unreadable();
  return text.split(',').map((field) => {
    const [name = '', type = ''] = field.split(':');
    const optional = type.endsWith('?');
    return {
      column: identifier(name),
      member: memberOf(name),
      type: (optional ? type.slice(0, -1) : type) as FieldType,
      optional,
    };
  });
}

function isReserved(name: string): boolean {
  return RESERVED_WORDS.has(name) || memberOf(name).identifier in Object.prototype;
}

function memberOf(column: string): Identifier {
  return identifier(spellings(column.replaceAll('_', '-'))['camel'] ?? '');
}

function unreadable(): UserError {
  return new UserError(
    'E_FIELDS',
    EXIT.usage,
    'The fields of a resource cannot be read.',
    'Restore the answers in secure-app.json, or see `create-secure-app schema resource`.',
  );
}
