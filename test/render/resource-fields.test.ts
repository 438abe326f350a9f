import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import resource from '../../generators/resource/generator.ts';
import { fieldsOf } from '../../generators/resource/fields.ts';
import { RESERVED_WORDS } from '../../generators/resource/words.ts';
import { resolveAnswers } from '../../src/answers/resolve.ts';
import { answersSchema } from '../../src/answers/schema.ts';
import { fieldLists } from './support/field-lists.ts';

const given = (fields: unknown): unknown => resolveAnswers(resource, { fields });

describe('fields that are accepted', () => {
  test('are a column, a member, a type and whether they may be left out', () => {
    expect(fieldsOf({ fields: 'number:text,due_at:timestamp?' })).toEqual([
      {
        column: { identifier: 'number' },
        member: { identifier: 'number' },
        type: 'text',
        optional: false,
      },
      {
        column: { identifier: 'due_at' },
        member: { identifier: 'dueAt' },
        type: 'timestamp',
        optional: true,
      },
    ]);
  });

  test.each([
    'title:text',
    'a:uuid',
    'position:integer,time:timestamp,type:text',
    'a_b:text,ab:text',
  ])('%j', (fields) => expect(given(fields)).toEqual({ fields }));

  test('have as many columns and members as there are fields', () => {
    fc.assert(
      fc.property(fieldLists, (fields) => {
        expect(given(fields)).toEqual({ fields });
        const parsed = fieldsOf({ fields });
        const names = fields.split(',').length;
        expect(new Set(parsed.map(({ column }) => column.identifier)).size).toBe(names);
        expect(new Set(parsed.map(({ member }) => member.identifier)).size).toBe(names);
      }),
    );
  });
});

describe('fields that are refused, and never repeated', () => {
  test.each([
    ['nothing', ''],
    ['no type', 'title'],
    ['an unknown type', 'title:varchar'],
    ['a type that is more than one', 'title:text; drop table note'],
    ['camelCase', 'dueAt:text'],
    ['a capital', 'Title:text'],
    ['a hyphen', 'due-at:text'],
    ['two underscores', 'due__at:text'],
    ['an underscore at the start', '_title:text'],
    ['an underscore at the end', 'title_:text'],
    ['a word that starts with a digit', 'line_1:text'],
    ['a space', 'title: text'],
    ['a line break', 'title:text\n,a:text'],
    ['a comma too many', 'title:text,'],
    ['two question marks', 'title:text??'],
    ['a quote', "title':text"],
    ['a template', '${title}:text'],
    ['a backtick', '`:text'],
    ['a letter that only looks like one', 'tіtle:text'],
    ['a prototype', '__proto__:text'],
    ['a name of 41 characters', `${'a'.repeat(41)}:text`],
    ['13 fields', Array.from('abcdefghijklm', (name) => `${name}:text`).join(',')],
  ])('%s', (_what, fields) => {
    expect(() => given(fields)).toThrow(/^"fields" must .*\.$/);
    expect(() => fieldsOf({ fields })).toThrow(expect.objectContaining({ code: 'E_FIELDS' }));
  });

  test.each([
    ['a field twice', 'title:text,title:integer', 'must not name a field twice'],
    ['what every entity has', 'title:text,owner:text', 'must not name what every entity has'],
    ['a word of SQL', 'order:text', 'must not name a field by a word'],
    ['a word of TypeScript', 'title:text,class:text', 'must not name a field by a word'],
    ['a column of the system', 'xmin:integer', 'must not name a field by a word'],
    ['a prototype', 'constructor:text', 'must not name a field by a word'],
    ['a member of every object', 'to_string:text', 'must not name a field by a word'],
    ['a secret', 'api_key:text', 'must not name a password, a key or a token'],
  ])('%s', (_what, fields, sentence) => {
    expect(() => given(fields)).toThrow(`"fields" ${sentence}`);
    expect(() => fieldsOf({ fields })).toThrow(expect.objectContaining({ code: 'E_FIELDS' }));
  });

  test('every reserved word', () => {
    for (const word of RESERVED_WORDS)
      expect(() => given(`${word}:text`), word).toThrow('"fields"');
  });

  test.each([1, null, true, ['title:text'], {}])('%j, which is no text', (fields) => {
    expect(() => given(fields)).toThrow('"fields" must be text.');
  });
});

test('the schema says that it accepts more than the generator', () => {
  expect(answersSchema(resource)).toMatchObject({
    properties: { fields: { description: expect.stringContaining('More is refused') } },
  });
});
