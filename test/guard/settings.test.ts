import fc from 'fast-check';
import { expect, test } from 'vitest';

import { inSettings } from '../../src/guard/syntax/settings.ts';

/** One setting as each kind of file writes it. */
const NOTATIONS: readonly (readonly [string, (name: string, value: string) => string])[] = [
  ['a.env', (name, value) => `${name}=${value}`],
  ['a.ini', (name, value) => `[all]\n${name} = "${value}"`],
  ['a.yaml', (name, value) => `all:\n  ${name}: ${value}`],
  ['b.yaml', (name, value) => `- name: ${name}\n  value: '${value}'`],
  ['a.json', (name, value) => `{"first": 1, "${name}": "${value}"}`],
  ['b.json', (name, value) => `[{"name":"${name}","value":"${value}"}]`],
  ['package.json', (name, value) => `{"scripts": {"start": "${name}=${value} node server.ts"}}`],
  ['a.sh', (name, value) => `run --before --${name}=${value} --after`],
  ['Dockerfile', (name, value) => `ENV ${name}=${value}`],
];

const name = fc.stringMatching(/^[a-z]{3}[a-zA-Z_]{3,20}[a-z]$/);
const value = fc.stringMatching(/^[a-z\d]{1,12}$/);

test.each(NOTATIONS)(
  'a setting is read in %s, once for each that is wrong',
  async (path, write) => {
    await fc.assert(
      fc.asyncProperty(name, value, async (written, set) => {
        const { text } = inSettings((_, found, raw) => raw === written && found === set);
        const content = write(written, set);
        const found = [...((await text?.({ path, content }, { files: [] })) ?? [])];
        expect(found.length).toBeGreaterThan(0);
        const other = inSettings((_, seen, raw) => raw === written && seen !== set);
        expect(await other.text?.({ path, content }, { files: [] })).toEqual([]);
      }),
    );
  },
);

test('a comment sets nothing, and neither does the prose of a document', async () => {
  const { text } = inSettings((found) => found === 'strictssl');
  const judge = (path: string, content: string) => text?.({ path, content }, { files: [] });
  expect(await judge('a.yaml', '# strict-ssl: false\n')).toEqual([]);
  expect(await judge('a.md', 'Never `strict-ssl=false`.\n')).toEqual([]);
  expect(await judge('a.md', '```sh\nstrict-ssl=false\n```\n')).toEqual([6]);
});
