import { join } from 'node:path';
import nodePlop, { type NodePlopAPI } from 'node-plop';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../src/catalogue.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import { tinyCatalogue } from '../support/specimen-catalogue.ts';
import { packIn, runActions } from './support/pack.ts';

type Given = Record<string, unknown>;

let catalogue: Catalogue;
let dest: string;

beforeAll(async () => {
  catalogue = await catalogueHere();
});

beforeEach(() => {
  dest = emptyFolder();
});

/** An empty folder to create in, or a project to generate in. */
async function placeFor(generator: string): Promise<{ root: string; ours: NodePlopAPI }> {
  const outside = await packIn(dest, catalogue);
  if (generator === 'app') return { root: dest, ours: outside };
  const answers = { name: 'my-app', description: 'Ours.', notes: true };
  expect((await runActions(outside, 'app', answers)).failures).toEqual([]);
  const root = join(dest, 'my-app');
  return { root, ours: await packIn(root, catalogue) };
}

describe('a value given on the command line', () => {
  const SECRET = ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_');

  test('plain: is repeated when it cannot be read, and taken whatever it is when nothing checks it', async () => {
    const plop = await nodePlop('', { destBasePath: dest, force: false });
    plop.setGenerator('plain', {
      prompts: [
        { type: 'input', name: 'name', message: 'Name' },
        { type: 'confirm', name: 'sure', message: 'Sure' },
      ],
      actions: [],
    });
    const prompts = (given: string[]): Promise<Given> =>
      plop.getGenerator('plain').runPrompts(given);
    await expect(prompts(['../x', SECRET])).rejects.toThrow(SECRET);
    await expect(prompts(['../x', 'y'])).resolves.toMatchObject({ name: '../x' });
  });

  test.each([
    ['app', ['../x', 'Ours.', 'true', 'true', 'dependabot']],
    ['app', ['my-app', SECRET, 'true', 'true', 'dependabot']],
    ['app', ['my-app', 'Ours.', SECRET, 'true', 'dependabot']],
    ['app', ['my-app', 'Ours.', 'true', SECRET, 'dependabot']],
    ['app', ['my-app', 'Ours.', 'true', 'true', SECRET]],
    ['health-check', [SECRET]],
    ['health-check', ['../x']],
    ['resource', ['invoice', SECRET]],
    ['resource', [SECRET, 'number:text']],
  ])('ours: is checked like a typed one and never repeated: %s %#', async (generator, given) => {
    const { root, ours } = await placeFor(generator);
    const before = snapshotOf(root);
    const said = await ours
      .getGenerator(generator)
      .runPrompts(given)
      .then(
        async (answers: Given) =>
          (await runActions(ours, generator, answers)).failures[0]?.error ?? '',
        (refused: Error) => refused.message,
      );
    expect(said).not.toBe('');
    expect(said).not.toContain(SECRET);
    expect(snapshotOf(root)).toEqual(before);
  });
});

test('a number given on the command line is one, or is refused without being repeated', async () => {
  const plop = await packIn(dest, tinyCatalogue());
  const { runPrompts } = plop.getGenerator('probe');
  await expect(runPrompts(['search-index', '7'])).resolves.toMatchObject({ budget: 7 });
  for (const given of ['seven', '1e9', '10', '0x7', ' '])
    await expect(runPrompts(['search-index', given])).rejects.toThrow(/^"budget" must/);
});
