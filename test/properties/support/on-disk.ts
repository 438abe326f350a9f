import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Catalogue } from '../../../src/catalogue.ts';
import type { Changed } from '../../../src/operations/change-project.ts';
import { generateModule } from '../../../src/operations/generate.ts';
import { removeModule } from '../../../src/operations/remove.ts';
import { isWrite } from '../../../src/project/changes.ts';
import { MANIFEST } from '../../../src/project/manifest.ts';
import { sha256 } from '../../../src/templates.ts';
import { catalogueHere } from '../../support/catalogue.ts';
import { snapshotOf } from '../../support/folder.ts';
import { createdFrom, requestFor } from './on-disk-project.ts';
import { type Run, type Sample, samples } from './projects.ts';
import { withFolder } from './with-folder.ts';

type Tree = Record<string, string>;

/** The claims about projects on disk, on as many of them as the settings say. */
export function additionsAreUndone(settings: fc.Parameters<unknown>): void {
  test('what was added and removed again, in whatever order, left every byte as it was', async () => {
    const catalogue = await catalogueHere();
    const property = fc.asyncProperty(interleavings, ({ sample, steps }) =>
      withFolder(async (parent) => {
        const root = await createdFrom(sample, parent, catalogue);
        const trees: [string, Tree][] = [['', snapshotOf(root)]];
        const present: Run[] = [];
        for (const { run, adds } of steps) {
          await take(root, run, adds, catalogue);
          if (adds) present.push(run);
          else present.splice(present.indexOf(run), 1);
          const tree = snapshotOf(root);
          expectRecorded(tree);
          const state = JSON.stringify(present);
          const before = trees.find(([other]) => other === state);
          if (before) expect(tree).toEqual(before[1]);
          else trees.push([state, tree]);
        }
        expect(snapshotOf(root)).toEqual(trees[0]?.[1]);
      }),
    );
    await fc.assert(property, settings);
  });
}

interface Step {
  readonly run: Run;
  readonly adds: boolean;
}

/** Each run once forwards and once back, the ways back anywhere after the ways forth. */
const interleavings: fc.Arbitrary<{ sample: Sample; steps: readonly Step[] }> = samples.chain(
  (sample) =>
    fc
      .array(fc.nat(2 ** 20), {
        minLength: sample.runs.length * 2,
        maxLength: sample.runs.length * 2,
      })
      .map((places) => ({ sample, steps: interleaved(sample.runs, places) })),
);

function interleaved(runs: readonly Run[], places: readonly number[]): Step[] {
  return runs
    .flatMap((run, index) => {
      const pair = [places[2 * index] ?? 0, places[2 * index + 1] ?? 0].sort((a, b) => a - b);
      return [
        { run, adds: true, at: pair[0] ?? 0 },
        { run, adds: false, at: pair[1] ?? 0 },
      ];
    })
    .sort((a, b) => a.at - b.at);
}

/** Takes one step: first as a dry run, which must foretell it, and then again, which must change nothing. */
async function take(root: string, run: Run, adds: boolean, catalogue: Catalogue): Promise<void> {
  const before = snapshotOf(root);
  const step = (dryRun: boolean): Promise<Changed> =>
    adds
      ? generateModule({ ...requestFor(run, root), dryRun }, catalogue)
      : removeModule({ directory: root, module: run.generator, ...nameOf(run), dryRun }, catalogue);
  const foretold = await step(true);
  expect(snapshotOf(root)).toEqual(before);
  const done = await step(false);
  expect(done).toEqual(foretold);
  expect(done.changes.filter(({ kind }) => kind === 'needs-you')).toEqual([]);
  if (adds) expect((await step(false)).changes.filter(isWrite)).toEqual([]);
}

function nameOf({ name }: Run): { name?: string } {
  return name === '' ? {} : { name };
}

/** The manifest names every file and nothing else, each with the hash of its bytes. */
function expectRecorded(tree: Tree): void {
  const { files } = JSON.parse(tree[MANIFEST] ?? '{}') as {
    files: Record<string, { owner: string; sha256?: string }>;
  };
  expect([...Object.keys(files), MANIFEST].sort()).toEqual(Object.keys(tree).sort());
  for (const [path, { owner, sha256: recorded }] of Object.entries(files)) {
    if (owner !== 'keyed') expect(sha256(tree[path] ?? ''), path).toBe(recorded);
  }
}
