import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createProject } from '../../src/operations/create.ts';
import type { Changed } from '../../src/operations/change-project.ts';
import { generateModule } from '../../src/operations/generate.ts';
import { removeModule } from '../../src/operations/remove.ts';
import { isWrite } from '../../src/project/changes.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import { tinyCatalogue } from '../support/specimen-catalogue.ts';

const catalogue = tinyCatalogue();
let root: string;

beforeEach(async () => {
  root = join(emptyFolder(), 'tiny');
  await createProject({ directory: root }, catalogue);
});

const generate = (name = 'search-index', answers: Record<string, unknown> = {}): Promise<Changed> =>
  generateModule({ directory: root, generator: 'probe', name, answers }, catalogue);
const remove = (name = 'search-index'): Promise<Changed> =>
  removeModule({ directory: root, module: 'probe', name }, catalogue);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(join(root, path), change(read(path)));
const writes = (changed: Changed): string[] =>
  changed.changes.filter(isWrite).map(({ path }) => path);
const needing = (changed: Changed): string[] =>
  changed.changes.filter(({ kind }) => kind === 'needs-you').map(({ path }) => path);

describe('generate', () => {
  test('adds the module, its entries in the indexes, its keys and its packages', async () => {
    await generate();
    expect(read('services/api/modules/probe-search-index/index.ts')).toBe(
      "export const probeSearchIndex = { id: 'probe-search-index' };\n",
    );
    expect(read('services/api/modules.ts')).toContain('= [probeSearchIndex];');
    expect(read('migrations/order.ts')).toContain("['platform', 'probe-search-index']");
    expect(Object.keys(JSON.parse(read('package.json')).dependencies)).toEqual([
      'alpha',
      'beta',
      'gamma',
    ]);
    expect(JSON.parse(read('package-lock.json')).packages['node_modules/beta'].version).toBe(
      '1.0.0',
    );
  });

  test('run again, changes nothing', async () => {
    await generate();
    const before = snapshotOf(root);
    const again = await generate();
    expect(writes(again)).toEqual([]);
    expect(snapshotOf(root)).toEqual(before);
  });

  test('run again, never brings back or overwrites what the user changed or deleted', async () => {
    await generate();
    edit('services/api/modules/probe-search-index/index.ts', (text) => `${text}// mine\n`);
    rmSync(join(root, 'services/api/modules/probe-search-index/README.md'));
    const before = snapshotOf(root);
    expect(writes(await generate())).toEqual([]);
    expect(snapshotOf(root)).toEqual(before);
  });

  test('with other answers for a module that is there, is refused', async () => {
    await generate();
    await expect(generate('search-index', { budget: 7 })).rejects.toMatchObject({
      code: 'E_EXISTS',
      exit: 3,
    });
  });

  test('leaves an edited index alone, prints the exact lines, and is content once they are there', async () => {
    edit('services/api/modules.ts', (text) => text.replace('= []', '= [/* mine */]'));
    const changed = await generate();
    expect(needing(changed)).toEqual(['services/api/modules.ts']);
    expect(changed.changes.find(({ kind }) => kind === 'needs-you')).toMatchObject({
      lines: [
        "add:    import { probeSearchIndex } from './modules/probe-search-index/index.ts';",
        'add:    probeSearchIndex, (in the array `modules`)',
      ],
    });
    expect(read('services/api/modules.ts')).toContain('= [/* mine */]');
    edit(
      'services/api/modules.ts',
      (text) =>
        `import { probeSearchIndex } from './modules/probe-search-index/index.ts';\n${text}`,
    );
    const again = await generate();
    expect([writes(again), needing(again)]).toEqual([[], []]);
  });

  test('writes nothing at all when a file of the user stands in the way', async () => {
    await generate('other');
    const path = 'services/api/modules/probe-search-index/index.ts';
    await generate();
    await remove();
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(root, 'services/api/modules/probe-search-index'), { recursive: true });
    writeFileSync(join(root, path), 'mine\n');
    const before = snapshotOf(root);
    const changed = await generate();
    expect(needing(changed)).toEqual([path]);
    expect(snapshotOf(root)).toEqual(before);
  });

  test('does not touch a key of package.json that the user set to something else', async () => {
    edit('package.json', (text) =>
      text.replace('"dependencies"', '"scripts": {\n    "probe": "mine"\n  },\n  "dependencies"'),
    );
    const changed = await generate();
    expect(needing(changed)).toEqual(['package.json']);
    expect(JSON.parse(read('package.json')).scripts.probe).toBe('mine');
  });

  test('leaves a lock that npm or the user changed to npm', async () => {
    edit('package-lock.json', (text) => text.replace('"requires": true', '"requires":  true'));
    const before = read('package-lock.json');
    const changed = await generate();
    expect(changed.npmInstall).toBe(true);
    expect(read('package-lock.json')).toBe(before);
  });

  test('as a dry run, says the same and writes nothing', async () => {
    const before = snapshotOf(root);
    const dry = await generateModule(
      { directory: root, generator: 'probe', name: 'x', dryRun: true },
      catalogue,
    );
    expect(snapshotOf(root)).toEqual(before);
    expect(writes(dry)).toEqual(writes(await generate('x')));
  });

  test.each([
    ['', 'E_NAME'],
    ['../up', 'E_NAME'],
    ['con', 'E_NAME'],
    ['class', 'E_NAME'],
    ['Upper', 'E_NAME'],
    ['a'.repeat(31), 'E_NAME'],
    ['ѕearch', 'E_NAME'],
    ["x'; drop table note; --", 'E_NAME'],
  ])('refuses the name %j', async (name, code) => {
    const before = snapshotOf(root);
    await expect(generate(name)).rejects.toMatchObject({ code, exit: 1 });
    expect(snapshotOf(root)).toEqual(before);
  });

  test('outside a project, is bad usage', async () => {
    const elsewhere = emptyFolder();
    const outside = generateModule(
      { directory: elsewhere, generator: 'probe', name: 'x' },
      catalogue,
    );
    await expect(outside).rejects.toMatchObject({ code: 'E_NO_PROJECT', exit: 1 });
    expect(snapshotOf(elsewhere)).toEqual({});
  });
});

describe('remove', () => {
  test('is the mirror of generate, byte by byte, in any order', async () => {
    const before = snapshotOf(root);
    await generate('one');
    await generate('two');
    await remove('one');
    await remove('two');
    expect(snapshotOf(root)).toEqual(before);
  });

  test('keeps what the user edited, and says so', async () => {
    await generate();
    edit('services/api/modules/probe-search-index/index.ts', (text) => `${text}// mine\n`);
    const changed = await remove();
    expect(needing(changed)).toEqual(['services/api/modules/probe-search-index/index.ts']);
    expect(read('services/api/modules/probe-search-index/index.ts')).toContain('// mine');
    expect(read('services/api/modules.ts')).toContain('= [];');
  });

  test('names the lines to delete from an index that the user edited', async () => {
    await generate();
    edit('services/api/modules.ts', (text) => `${text}// mine\n`);
    const changed = await remove();
    expect(changed.changes.find(({ path }) => path === 'services/api/modules.ts')).toMatchObject({
      kind: 'needs-you',
      lines: expect.arrayContaining([
        expect.stringContaining('delete: import { probeSearchIndex }'),
      ]),
    });
  });

  test('refuses what is not there, and the app', async () => {
    await expect(remove('nothing')).rejects.toMatchObject({ code: 'E_NO_MODULE', exit: 1 });
    await expect(removeModule({ directory: root, module: 'app' }, catalogue)).rejects.toMatchObject(
      { code: 'E_IS_APP' },
    );
  });
});
