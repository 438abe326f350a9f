import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { generateModule } from '../../src/operations/generate.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import { emit } from '../support/profiles.ts';
import { importCycles } from './support/import-cycles.ts';

const FOLDERS = /^(?:platform|services|scripts|migrations|test|infra)\//;
const WEBHOOK = fileURLToPath(
  new URL('../../templates/webhook/services/api/modules/webhook-acme-specimen', import.meta.url),
);

/** A project with the code of every generator. Its modules have a few of the webhook schemes: the others go beside them. */
async function emitEverything(): Promise<string> {
  const catalogue = await catalogueHere();
  const directory = await emit('full', emptyFolder(), catalogue);
  await generateModule({ directory, generator: 'health-check', name: 'disk' }, catalogue);
  await generateModule({ directory, generator: 'resource', name: 'purchase-order' }, catalogue);
  for (const generator of ['mail', 'telemetry'])
    await generateModule({ directory, generator }, catalogue);
  cpSync(WEBHOOK, join(directory, 'services/api/modules/webhook-stripe'), {
    recursive: true,
    force: false,
    filter: (source) => !/acme-specimen[.]/.test(source),
  });
  return directory;
}

test('no emitted file imports itself through others, with the code of every generator', async () => {
  const files = Object.entries(snapshotOf(await emitEverything()));
  const code = files.filter(([path]) => FOLDERS.test(path));
  expect(await importCycles(new Map(code))).toEqual([]);
});

describe('in a project', () => {
  const cyclesOf = (files: Readonly<Record<string, string>>): Promise<string[]> =>
    importCycles(new Map(Object.entries(files)));

  test('a cycle of type-only imports is named as a chain that begins with its first path', async () => {
    const cycles = await cyclesOf({
      'platform/src/store.ts':
        "import type { Session } from './session.ts';\nexport type Store = Session;",
      'platform/src/session.ts':
        "import {\n  type Store,\n} from './store.ts';\nexport type Session = Store;",
      'services/api/app.ts':
        "import type { Store } from '@app/platform/store';\nexport type App = Store;",
    });
    expect(cycles).toEqual([
      'platform/src/session.ts -> platform/src/store.ts -> platform/src/session.ts',
    ]);
  });

  test.each([
    ['an import for its effect', "import '../b/two.ts';"],
    ['a type that is exported again', "export type { Two } from '../b/two.ts';"],
    ['all that is exported again', "export * from '../b/two.ts';"],
    ['a type within an expression', "export type One = { two: import('../b/two.ts').Two };"],
  ])('%s closes a cycle', async (_what, text) => {
    const cycles = await cyclesOf({
      'infra/a/one.ts': text,
      'infra/b/two.ts': "import { three } from './three.ts';\nexport type Two = typeof three;",
      'infra/b/three.ts': "import type {} from '../a/one.ts';\nexport const three = 3;",
    });
    expect(cycles).toEqual([
      'infra/a/one.ts -> infra/b/two.ts -> infra/b/three.ts -> infra/a/one.ts',
    ]);
  });

  test('two cycles that meet in one file are both named, and a file beside them is not', async () => {
    const cycles = await cyclesOf({
      'test/a.ts': "import './b.ts';\nimport './c.ts';",
      'test/b.ts': "import './a.ts';",
      'test/c.ts': "import './a.ts';",
      'test/beside.ts': "import './a.ts';",
    });
    expect(cycles).toEqual([
      'test/a.ts -> test/b.ts -> test/a.ts',
      'test/a.ts -> test/c.ts -> test/a.ts',
    ]);
  });

  test('a file that imports itself is a cycle, and one that only names another in a string is none', async () => {
    expect(await cyclesOf({ 'test/a.ts': "import './a.ts';" })).toEqual(['test/a.ts -> test/a.ts']);
    const text = "export const code = `\nimport './b.ts';\n`;";
    expect(await cyclesOf({ 'test/a.ts': text, 'test/b.ts': "import './a.ts';" })).toEqual([]);
  });

  test('a file that does not parse is refused: its imports are unknown', async () => {
    await expect(cyclesOf({ 'test/a.ts': 'import {' })).rejects.toThrow(
      'test/a.ts does not parse.',
    );
  });
});
