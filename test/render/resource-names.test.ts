import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import resource from '../../generators/resource/generator.ts';
import { resourceNameProblem } from '../../generators/resource/name.ts';
import { createProject } from '../../src/operations/create.ts';
import { generateModule } from '../../src/operations/generate.ts';
import { removeModule } from '../../src/operations/remove.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';

const catalogue = await catalogueHere();
let root: string;

beforeEach(async () => {
  root = join(emptyFolder(), 'tiny');
  await createProject({ directory: root, answers: { notes: true } }, catalogue);
});

const generate = (name: string, generator = 'resource'): Promise<unknown> =>
  generateModule({ directory: root, generator, name }, catalogue);

describe('a resource', () => {
  test('is called by its name alone, and removed by it', async () => {
    const before = snapshotOf(root);
    await generate('invoice');
    expect(snapshotOf(root)['services/api/modules.ts']).toContain('[notes, invoice]');
    await removeModule({ directory: root, module: 'invoice' }, catalogue);
    expect(snapshotOf(root)).toEqual(before);
  });

  test('is removed by its generator and its name, too', async () => {
    const before = snapshotOf(root);
    await generate('invoice');
    await removeModule({ directory: root, module: 'resource', name: 'invoice' }, catalogue);
    expect(snapshotOf(root)).toEqual(before);
  });

  test('made again from the same fields changes nothing, and from others is refused', async () => {
    await generate('invoice');
    const before = snapshotOf(root);
    await generate('invoice');
    expect(snapshotOf(root)).toEqual(before);
    const others = {
      directory: root,
      generator: 'resource',
      name: 'invoice',
      answers: { fields: 'a:text' },
    };
    await expect(generateModule(others, catalogue)).rejects.toMatchObject({ code: 'E_EXISTS' });
  });
});

describe('a name that something else has', () => {
  test.each([
    ['the id of a module', 'notes', 'Another generator has made a module of that name'],
    ['the table of a module', 'note', 'notes and note would both create one table.'],
  ])('is refused when it is %s', async (_what, name, message) => {
    await refused(() => generate(name), message);
  });

  test('is refused when another resource has the same identifier', async () => {
    await generate('a-1');
    await refused(() => generate('a1'), 'a1 and a-1 would both be imported under one name.');
  });

  test('is refused to the other generator when a resource came first', async () => {
    await generate('health-check-search');
    await refused(() => generate('search', 'health-check'), 'Another generator has made');
  });

  test.each([
    'order',
    'user',
    'class',
    'page',
    'date',
    'session',
    'livez',
    'store',
    'record',
    'a-pkey',
  ])('is refused when it is %j', async (name) => {
    await expect(generate(name)).rejects.toMatchObject({ code: 'E_NAME', exit: 1 });
  });

  test.each(['orders', 'invoice', 'purchase-order', 'event', 'file', 'x'])('%j is free', (name) =>
    expect(resourceNameProblem(name)).toBeUndefined(),
  );
});

test('the reserved names hold every file and every type of the module', () => {
  const mine = [...catalogue.templates.files].filter(([path]) =>
    path.startsWith(`${resource.id}/services/`),
  );
  expect(mine.length).toBeGreaterThan(0);
  for (const [path, { text }] of mine) {
    const file = path.slice(path.lastIndexOf('/') + 1, path.indexOf('.', path.lastIndexOf('/')));
    const types = [
      ...text.matchAll(/^import type \{ ([^}]+) \}|^export (?:type|interface) (\w+)/gm),
    ]
      .flatMap(([, imported = '', exported = '']) => [...imported.split(', '), exported])
      .filter((type) => /^[A-Z]/.test(type) && type !== 'AcmeSpecimen');
    const names = [file, ...types.map(kebab)].filter((name) => /^[a-z-]+$/.test(name));
    if (path.endsWith('.test.ts') || file === 'README' || file === 'samples') continue;
    for (const name of names) expect(problemOf(name), `${name} of ${path}`).toBeDefined();
  }
});

const MODULE_WORDS = new Set(['index', 'module', 'static']);

function problemOf(name: string): string | undefined {
  return MODULE_WORDS.has(name)
    ? 'refused to every module, or harmless'
    : resourceNameProblem(name);
}

function kebab(type: string): string {
  return type.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

async function refused(work: () => Promise<unknown>, message: string): Promise<void> {
  const before = snapshotOf(root);
  await expect(work).rejects.toThrow(message);
  expect(snapshotOf(root)).toEqual(before);
}
