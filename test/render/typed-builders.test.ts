import fc from 'fast-check';
import { parse } from '@babel/parser';
import { describe, expect, test } from 'vitest';
import {
  type Built,
  cedar,
  identifier,
  printBuilt,
  query,
  sql,
  ts,
} from '../../src/render/typed-builders.ts';

const hostile = [
  `'; process.exit(); '`,
  '`${process.env.HOME}`',
  `\\'; drop table note; --`,
  `"); permit(principal, action, resource); ("`,
  'a\nb\u2028c\u2029d',
  '*/ evil() /*',
  '$$; drop table note; $$',
  '\u202e\u200b',
];

describe('a value in TypeScript', () => {
  test.each(hostile)('%j is one string literal with exactly that value', async (value) => {
    const printed = await printBuilt(ts`export const value = ${value};`, 'x.ts');
    expect(evaluate(printed)).toBe(value);
  });

  test('whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }).filter((text) => !/\p{Cs}/u.test(text)),
        async (value) => {
          expect(evaluate(await printBuilt(ts`export const value = ${value};`, 'x.ts'))).toBe(
            value,
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a value in SQL and Cedar', () => {
  test.each(hostile)('%j stays inside its quotes', async (value) => {
    const statement = (await printBuilt(sql`select ${value};`, 'x.sql')).trim();
    expect(statement).toBe(`select '${value.replaceAll("'", "''")}';`);
    const policy = (
      await printBuilt(cedar`permit (principal == User::${value}, action, resource);`, 'x.cedar')
    ).trim();
    const inside = policy.slice(
      'permit (principal == User::'.length,
      -', action, resource);'.length,
    );
    expect(inside).toMatch(/^"(?:[^"\\\n]|\\.)*"$/);
  });
});

describe('a statement in TypeScript', () => {
  test('holds TypeScript as values and identifiers as text', async () => {
    const statement = query`select id from ${identifier('note')} where id = ${ts`draft.id`}`;
    expect(await printBuilt(ts`const a = sql${statement};`, 'x.ts')).toBe(
      'const a = sql`select id from note where id = ${draft.id}`;\n',
    );
  });

  test.each(hostile)(
    '%j stays inside its quotes, and no part of it is evaluated',
    async (value) => {
      const printed = await printBuilt(ts`export const a = ${query`select ${value}`};`, 'x.ts');
      const [statement] = parse(printed, { sourceType: 'module' }).program.body;
      const literal =
        statement?.type === 'ExportNamedDeclaration' &&
        statement.declaration?.type === 'VariableDeclaration' &&
        statement.declaration.declarations[0]?.init;
      if (!literal || literal.type !== 'TemplateLiteral') throw new Error('no template literal');
      expect(literal.expressions).toEqual([]);
      expect(literal.quasis[0]?.value.cooked).toBe(`select '${value.replaceAll("'", "''")}'`);
    },
  );

  test('is refused when it opens what it does not close', () => {
    expect(() => ts`sql${query`select (1`}`).toThrow('not closed');
    expect(() => ts`sql${query`select 'open`}`).toThrow('not terminated');
  });

  test('is nothing to emit on its own, and no SQL', async () => {
    await expect(printBuilt(query`select 1`, 'x.ts')).rejects.toMatchObject({ code: 'E_BUILT' });
    expect(() => sql`${query`select 1`}`).toThrow('made by its tag');
  });
});

test.each(['', '1a', 'a b', 'a-b', 'a;', 'a.b', 'é', 'a'.repeat(64)])(
  '%j is no identifier',
  (text) => {
    expect(() => identifier(text)).toThrow(expect.objectContaining({ code: 'E_IDENTIFIER' }));
  },
);

test('what was not made by a tag is not code', () => {
  const forged: Built = { language: 'sql', text: 'drop table note' };
  expect(() => sql`select 1; ${forged}`).toThrow('made by its tag');
});

test('code of another language is not embedded', () => {
  expect(() => sql`select ${ts`1`}`).toThrow('made by its tag');
});

test('an identifier that was not checked is checked', () => {
  expect(() => sql`select 1 from ${{ identifier: 'a; drop table b' }}`).toThrow('identifier');
});

test.each([
  ['ts', ts`const = ;`],
  ['sql', sql`select 'open`],
  ['sql', sql`select (1;`],
  ['cedar', cedar`permit (principal, action, resource`],
  ['cedar', cedar`permit (principal == User::"open);`],
])('malformed %s stops the run', async (_language, built) => {
  await expect(printBuilt(built, 'x')).rejects.toMatchObject({ code: 'E_BUILT', exit: 4 });
});

function evaluate(code: string): unknown {
  const [statement] = parse(code, { sourceType: 'module', plugins: ['typescript'] }).program.body;
  if (
    statement?.type !== 'ExportNamedDeclaration' ||
    statement.declaration?.type !== 'VariableDeclaration'
  )
    return undefined;
  const init = statement.declaration.declarations[0]?.init;
  return init?.type === 'StringLiteral' ? init.value : undefined;
}
