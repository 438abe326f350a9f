import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createProject } from '../../../src/operations/create.ts';
import { type Lockfile, type PackageJson } from '../../../src/lock/index.ts';
import { LOCKFILE, planProject } from '../../../src/plan/plan.ts';
import { render } from '../../../src/render/render.ts';
import { lockFor } from '../../../src/project/lockfile.ts';
import { MANIFEST } from '../../../src/project/manifest.ts';
import { catalogueHere } from '../../support/catalogue.ts';
import { expectClosed, expectPinned } from './lock-claims.ts';
import { expectSoundPlan } from './plan-claims.ts';
import { broughtBy, projectOf, samples } from './projects.ts';

type Settings = fc.Parameters<unknown>;

/** The claims about plans, on as many of them as the settings say. */
export function plansHold(settings: Settings): void {
  test('a plan is the same each time, each file has one owner, and each control is known', async () => {
    const catalogue = await catalogueHere();
    const property = fc.property(shuffledSamples, ({ sample, order }) => {
      const project = projectOf(sample, catalogue);
      const [app, ...rest] = project.modules;
      const shuffled = order.map((index) => rest[index]).filter((module) => module !== undefined);
      expectSoundPlan(project, { ...project, modules: app ? [app, ...shuffled] : [] }, catalogue);
    });
    fc.assert(property, settings);
  });

  test('each package is pinned as in the superset, and the lock is closed', async () => {
    const catalogue = await catalogueHere();
    const property = fc.asyncProperty(samples, async (sample) => {
      const plan = planProject(
        projectOf(sample, catalogue),
        catalogue.generators,
        catalogue.templates,
      );
      const keyed = { ...plan, files: plan.files.filter(({ owner }) => owner === 'keyed') };
      const { files } = await render(keyed, catalogue.templates);
      const packages = new Map(files.map(({ path, content }) => [path, content]));
      expectPinned(
        [...packages.values()].map((text) => JSON.parse(text) as PackageJson),
        catalogue.templates.superset,
      );
      expectClosed(JSON.parse(lockFor(packages, catalogue.templates)) as Lockfile);
    });
    await fc.assert(property, settings);
  });
}

/** A dry run says what would be written: the plan, and the two files that follow from it. */
export function dryRunsShowThePlan(settings: Settings): void {
  test('a dry run shows exactly the plan', async () => {
    const catalogue = await catalogueHere();
    const property = fc.asyncProperty(samples, async (sample) => {
      const { files, plan } = await createProject(
        {
          directory: join(tmpdir(), sample.name),
          answers: { ...sample.answers, name: sample.name },
          packageSpec: sample.packageSpec,
          dryRun: true,
        },
        catalogue,
      );
      const expected = planProject(
        projectOf({ ...sample, runs: [] }, catalogue),
        catalogue.generators,
        catalogue.templates,
      );
      expect(plan).toEqual(expected);
      expect(files).toEqual([...expected.files.map(({ path }) => path), LOCKFILE, MANIFEST].sort());
    });
    await fc.assert(property, settings);
  });
}

const shuffledSamples = samples.chain((sample) => {
  const added = broughtBy(sample.answers).length + sample.runs.length;
  return fc
    .shuffledSubarray([...Array.from({ length: added }).keys()], { minLength: added })
    .map((order) => ({ sample, order }));
});
