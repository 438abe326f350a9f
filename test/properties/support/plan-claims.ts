import { expect } from 'vitest';
import type { Catalogue } from '../../../src/catalogue.ts';
import { controls } from '../../../src/controls.ts';
import { type Plan, planLines, planProject } from '../../../src/plan/plan.ts';
import type { Project } from '../../../src/plan/project.ts';

/** Claims about a plan; `shuffled` is the same project with its modules in another order. */
export function expectSoundPlan(project: Project, shuffled: Project, catalogue: Catalogue): void {
  const plan = planProject(project, catalogue.generators, catalogue.templates);
  expectDeterministic(plan, project, catalogue);
  expectSameButForOrder(plan, planProject(shuffled, catalogue.generators, catalogue.templates));
  expectOneOwnerEach(plan);
  expectKnownControls(plan);
}

/** The same from a catalogue that holds everything in the opposite order. */
function expectDeterministic(
  plan: Plan,
  project: Project,
  { generators, templates }: Catalogue,
): void {
  const files = new Map([...templates.files].toReversed());
  const again = planProject(project, new Map([...generators].toReversed()), {
    ...templates,
    files,
  });
  expect(JSON.stringify(again.files)).toBe(JSON.stringify(plan.files));
  expect(planLines(again)).toEqual(planLines(plan));
  expect(again.environment).toEqual(plan.environment);
  expect(again.controls).toEqual(plan.controls);
}

/** Which files there are, whose they are and where they come from does not hang on who came first. */
function expectSameButForOrder(plan: Plan, other: Plan): void {
  expect(JSON.stringify(other.files)).toBe(JSON.stringify(plan.files));
  expect(other.controls).toEqual(plan.controls);
  const names = ({ environment }: Plan): string[] => environment.map(({ name }) => name).sort();
  expect(names(other)).toEqual(names(plan));
}

/** No two files share a path, not even where the disk does not tell capitals from small letters. */
function expectOneOwnerEach({ files, entries }: Plan): void {
  const modules = new Set(entries.map(({ instance }) => instance.module));
  const folded = files.map(({ path }) => path.toLowerCase());
  expect(modules.size).toBe(entries.length);
  expect(new Set(folded).size).toBe(files.length);
  for (const { path, owner, module } of files) {
    expect(['own', 'managed', 'keyed'], path).toContain(owner);
    expect(modules, path).toContain(module);
    // A file and a folder of one name cannot both be.
    expect(
      files.some((other) => other.path.startsWith(`${path}/`)),
      path,
    ).toBe(false);
  }
  expect([...files].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual(files);
}

function expectKnownControls({ controls: claimed, environment }: Plan): void {
  for (const id of claimed) expect(controls.has(id), id).toBe(true);
  const names = environment.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
}
