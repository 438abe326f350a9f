import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Catalogue } from '../../src/catalogue.ts';
import { type Generator, own } from '../../src/define-generator.ts';
import { createProject } from '../../src/operations/create.ts';
import { generateModule } from '../../src/operations/generate.ts';
import { removeModule } from '../../src/operations/remove.ts';
import { isWrite } from '../../src/project/changes.ts';
import { sha256 } from '../../src/templates.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import { tinyApp, tinyCatalogue, tinyModule } from '../support/specimen-catalogue.ts';

let directory: string;
beforeEach(async () => {
  directory = join(emptyFolder(), 'tiny');
  await createProject({ directory }, catalogue);
});

const PIECE = 'cloud/probe-disk.md';
const APP_PIECE = 'cloud/app.md';

const paths = (): string[] => Object.keys(snapshotOf(directory));
const generate = (generator: string, name?: string) =>
  generateModule({ directory, generator, ...(name ? { name } : {}) }, catalogue);
const remove = (module: string, name?: string) =>
  removeModule({ directory, module, ...(name ? { name } : {}) }, catalogue);

test('what waits for another module is not there without it', async () => {
  await generate('probe', 'disk');
  expect(paths().filter((path) => path.startsWith('cloud/'))).toEqual([]);
});

test('it comes with that module, whichever of the two was there first', async () => {
  await generate('probe', 'disk');
  await generate('cloud');
  const last = snapshotOf(directory);
  expect(paths()).toEqual(expect.arrayContaining([PIECE, APP_PIECE]));
  await remove('probe', 'disk');
  expect(paths()).not.toContain(PIECE);
  await generate('probe', 'disk');
  expect(snapshotOf(directory)[PIECE]).toBe(last[PIECE]);
});

test('it goes with that module, and everything is as it was', async () => {
  await generate('probe', 'disk');
  const before = snapshotOf(directory);
  await generate('cloud');
  await remove('cloud');
  expect(snapshotOf(directory)).toEqual(before);
});

test('adding that module again changes nothing', async () => {
  await generate('cloud');
  expect((await generate('cloud')).changes.filter(isWrite)).toEqual([]);
});

test('what the user edited or deleted stays so, whatever comes or goes', async () => {
  await generate('probe', 'disk');
  await generate('cloud');
  rmSync(join(directory, APP_PIECE));
  writeFileSync(join(directory, PIECE), '# Mine\n');
  expect((await generate('cloud')).changes.filter(isWrite)).toEqual([]);
  await generate('probe', 'tape');
  expect(paths()).not.toContain(APP_PIECE);
  const { changes } = await remove('cloud');
  expect(changes.find(({ path }) => path === PIECE)).toMatchObject({ kind: 'needs-you' });
  expect(snapshotOf(directory)[PIECE]).toBe('# Mine\n');
});

test('a file of the user that stands there already is in the way, and nothing is written', async () => {
  await generate('probe', 'disk');
  await generate('cloud');
  writeFileSync(join(directory, PIECE), '# Mine\n');
  await remove('cloud');
  const before = snapshotOf(directory);
  const { changes } = await generate('cloud');
  expect(changes.filter(({ kind }) => kind === 'needs-you')).toMatchObject([
    { path: PIECE, blocking: true },
  ]);
  expect(snapshotOf(directory)).toEqual(before);
});

const cloud: Generator = {
  id: 'cloud',
  summary: 'A module that others wait for',
  kind: 'module',
  questions: [],
  requires: ['app'],
  files: [own('**')],
  packages: {},
  environment: [],
  registers: {},
  controls: [],
  nextSteps: () => [],
};

const catalogue = withCloud(tinyCatalogue());

function withCloud({ generators, templates }: Catalogue): Catalogue {
  const waiting = own('cloud/**', { with: 'cloud' });
  const texts = {
    'cloud/index.md': '# Cloud\n',
    'app/cloud/app.md': '# The app in the cloud\n',
    'probe/cloud/probe-acme-specimen.md': '# acme-specimen in the cloud\n',
  };
  const files = Object.entries(texts).map(
    ([path, text]) => [path, { text, sha256: sha256(text) }] as const,
  );
  return {
    generators: new Map([
      ...generators,
      ['app', { ...tinyApp, files: [...tinyApp.files, waiting] }],
      ['probe', { ...tinyModule, files: [...tinyModule.files, waiting] }],
      ['cloud', cloud],
    ]),
    templates: { ...templates, files: new Map([...templates.files, ...files]) },
  };
}
