import { createRequire } from 'node:module';
import { check } from 'prettier';
import { expect } from 'vitest';
import { scanFiles } from '../../../src/guard/index.ts';
import { parseSource } from '../../../src/guard/syntax/parse.ts';
import { sha256 } from '../../../src/templates.ts';

export interface File {
  readonly path: string;
  readonly content: string;
}

/** What Prettier formats in an emitted project; the rest stands in its .prettierignore. */
const FORMATTED = /\.(?:ts|json|ya?ml|md)$/;
const UNFORMATTED = new Set(['SECURITY.md', 'package-lock.json', 'secure-app.json']);
const STYLE = { printWidth: 100, singleQuote: true } as const;

/** Files by hash that were looked at already: nine in ten are the same in every tree. */
const passed = new Set<string>();

/** Claims about the bytes of a whole tree. */
export async function expectSoundTree(
  files: readonly File[],
  names: readonly string[],
): Promise<void> {
  if (!names.some((name) => /specimen/.test(name))) expectNoSpecimen(files);
  expect(await scanFiles(files, { parseAll: true })).toEqual([]);
  for (const file of files) {
    const seen = `${file.path} ${sha256(file.content)}`;
    if (passed.has(seen)) continue;
    await expectSoundFile(file);
    passed.add(seen);
  }
  expectPoliciesValidate(files);
}

/** Every spelling of the templates' own name has become the user's. */
function expectNoSpecimen(files: readonly File[]): void {
  for (const { path, content } of files)
    expect(`${path}\n${content}`, path).not.toMatch(/acme.?specimen/i);
}

async function expectSoundFile({ path, content }: File): Promise<void> {
  expect(content.endsWith('\n') || content === '', `${path} ends its last line`).toBe(true);
  expect(content, path).not.toMatch(/[^\P{Cc}\n\t]|\r/u);
  if (path.endsWith('.md')) expect(content, path).not.toContain('{{');
  if (path.endsWith('.ts')) expect(await parseSource(path, content), path).toBeDefined();
  if (path.endsWith('.json')) JSON.parse(content);
  if (!FORMATTED.test(path) || UNFORMATTED.has(path)) return;
  expect(
    await check(content, { ...STYLE, filepath: path }),
    `${path} is formatted:\n${content}`,
  ).toBe(true);
}

const superset = createRequire(new URL('../../../templates/package.json', import.meta.url));

/** Of Cedar, what is used here; its types come with the templates' packages. */
interface Cedar {
  validate(call: object): { type: 'success'; validationErrors: unknown[] } | { type: 'failure' };
}

/** All modules' schemas and policies, read together as the service reads them. */
function expectPoliciesValidate(files: readonly File[]): void {
  const cedar = superset('@cedar-policy/cedar-wasm/nodejs') as Cedar;
  const answer = cedar.validate({
    schema: textOf(files, '.cedarschema'),
    policies: { staticPolicies: textOf(files, '.cedar') },
    validationSettings: { mode: 'strict' },
  });
  expect(answer.type, JSON.stringify(answer)).toBe('success');
  if (answer.type === 'success') expect(answer.validationErrors).toEqual([]);
}

function textOf(files: readonly File[], ending: string): string {
  const own = files.filter(({ path }) => path.startsWith('policies/') && path.endsWith(ending));
  return own.map(({ content }) => content).join('\n');
}
