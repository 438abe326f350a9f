import fc from 'fast-check';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import resource from '../../generators/resource/generator.ts';
import { scanFiles } from '../../src/guard/index.ts';
import { assertTokens } from '../../src/render/tokens.ts';
import { printBuilt } from '../../src/render/typed-builders.ts';
import { fieldLists } from './support/field-lists.ts';

/** As in emitted projects. */
const STYLE = { parser: 'typescript', printWidth: 100, singleQuote: true } as const;
const LONGEST = 'anameofthirtycharactersinaword';

test('whatever the fields, what is built parses, is formatted, holds to the width and passes the guard', async () => {
  await fc.assert(
    fc.asyncProperty(fieldLists, fc.constantFrom('x', 'invoice', LONGEST), async (fields, name) => {
      const files = await built(fields, name);
      for (const { path, content } of files) {
        if (path.endsWith('.ts')) expect(await format(content, STYLE)).toBe(content);
        else assertTokens('sql', content);
        for (const line of content.split('\n').filter(isCode))
          expect(line.length, line).toBeLessThanOrEqual(100);
      }
      expect(await scanFiles(files)).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test('a statement names each column as often as it must', async () => {
  const files = await built('number:text,due_at:timestamp?', 'purchase-order');
  const store = contentOf(files, 'store.ts');
  expect(store).toContain('id, owner, number, due_at, created_at, updated_at');
  expect(store).toContain('insert into purchase_order (tenant, owner, number, due_at)');
  expect(store).toContain(
    'values (${caller.tenant}, ${caller.subject}, ${draft.number}, ${draft.dueAt ?? null})',
  );
  expect(store).toContain(
    'set number = ${draft.number}, due_at = ${draft.dueAt ?? null}, updated_at = now()',
  );
  expect(contentOf(files, '.sql')).toContain('  due_at timestamptz(3),\n');
});

test('every statement names the tenant, and every change the owner', async () => {
  const store = contentOf(await built('title:text', 'invoice'), 'store.ts');
  const statements = store.split('sql<Row>`').slice(1);
  expect(statements).toHaveLength(5);
  for (const statement of statements) expect(statement).toContain('${caller.tenant}');
  for (const statement of statements.filter((text) => /^\s*(?:update|delete|insert)/.test(text)))
    expect(statement).toContain('${caller.subject}');
});

test('answers that never passed the question build nothing', async () => {
  for (const fields of ['a:text); drop table note; --', '${process.exit()}:text', '', undefined])
    await expect(built(fields as string, 'invoice')).rejects.toMatchObject({ code: 'E_FIELDS' });
});

/** A comment may go on as far as the reader's patience: only code is formatted. */
function isCode(line: string): boolean {
  return !/^\s*(?:\/\/|--)/.test(line);
}

interface File {
  readonly path: string;
  readonly content: string;
}

function contentOf(files: readonly File[], ending: string): string {
  return files.find(({ path }) => path.endsWith(ending))?.content ?? '';
}

async function built(fields: string, name: string): Promise<File[]> {
  const facts = { module: name, name, answers: { fields } };
  return Promise.all(
    Object.entries(resource.builds ?? {}).map(async ([path, build]) => ({
      path,
      content: await printBuilt(build(facts), path),
    })),
  );
}
