import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Catalogue } from '../../src/catalogue.ts';
import { type Generator, own } from '../../src/define-generator.ts';
import { createProject } from '../../src/operations/create.ts';
import { generateModule } from '../../src/operations/generate.ts';
import { removeModule } from '../../src/operations/remove.ts';
import { nextSteps } from '../../src/plan/plan.ts';
import { type Template, sha256 } from '../../src/templates.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import { tinyApp, tinyCatalogue } from '../support/specimen-catalogue.ts';

let catalogue: Catalogue;
let directory: string;

beforeEach(async () => {
  catalogue = withChain(tinyCatalogue());
  directory = join(emptyFolder(), 'tiny');
  await createProject({ directory }, catalogue);
});

const generate = (generator: string) => generateModule({ directory, generator }, catalogue);
const remove = (module: string) => removeModule({ directory, module }, catalogue);

test('what a module needs comes along, in the order it builds on each other', async () => {
  const { modules } = await generate('roof');
  expect(modules.added).toEqual(['ground', 'wall', 'roof']);
});

test('what to type next is said by what was asked for, and by no part that it needs', async () => {
  const { plan, modules } = await generate('roof');
  expect(nextSteps(plan, new Set(modules.added))).toEqual(['Read about the roof']);
  const created = await createProject({ directory: join(emptyFolder(), 'tiny') }, catalogue);
  expect(nextSteps(created.plan, new Set(['app']))).toEqual(['npm start']);
});

test('what is there is not added again', async () => {
  await generate('wall');
  expect((await generate('roof')).modules.added).toEqual(['roof']);
});

test('what something needs stays until that is gone, and then the project is as it was', async () => {
  const before = snapshotOf(directory);
  await generate('roof');
  await expect(remove('ground')).rejects.toMatchObject({
    code: 'E_REQUIRED',
    wayOut: 'Remove wall first.',
  });
  for (const module of ['roof', 'wall', 'ground']) await remove(module);
  expect(snapshotOf(directory)).toEqual(before);
});

test('what an app brings brings what it needs', async () => {
  const bringing = new Map(catalogue.generators).set('app', {
    ...tinyApp,
    brings: () => ['roof', 'wall'],
  });
  const { plan } = await createProject(
    { directory: join(emptyFolder(), 'tiny') },
    { ...catalogue, generators: bringing },
  );
  expect(plan.entries.map(({ instance }) => instance.module)).toEqual([
    'app',
    'ground',
    'wall',
    'roof',
  ]);
});

const plain: Omit<Generator, 'id' | 'requires'> = {
  summary: 'A module',
  kind: 'module',
  questions: [],
  files: [own('**')],
  packages: {},
  environment: [],
  registers: {},
  controls: [],
  nextSteps: ({ module }) => [`Read about the ${module}`],
};

/** Three generators, each built on the one before. */
function withChain({ generators, templates }: Catalogue): Catalogue {
  const ids = ['ground', 'wall', 'roof'];
  const chain = ids.map((id, index): [string, Generator] => [
    id,
    { ...plain, id, requires: ['app', ...ids.slice(0, index).slice(-1)] },
  ]);
  const files = ids.map((id): [string, Template] => [
    `${id}/${id}.md`,
    { text: `# ${id}\n`, sha256: sha256(`# ${id}\n`) },
  ]);
  return {
    generators: new Map([...generators, ...chain]),
    templates: { ...templates, files: new Map([...templates.files, ...files]) },
  };
}
