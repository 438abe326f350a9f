import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { describe, expect, test } from 'vitest';
import { DERIVED_FILES } from '../../src/derived.ts';
import { planLines } from '../../src/plan/plan.ts';
import { createProject } from '../../src/operations/create.ts';
import { presets } from '../../src/presets.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import { PROFILES, emit, exampleFolder } from '../support/profiles.ts';
import { linkDependencies, runIn } from '../support/workbench.ts';

describe.each(Object.keys(PROFILES))('examples/%s', (profile) => {
  test('is what create emits and refresh derives, file by file', async () => {
    const root = await emit(profile, emptyFolder(), await catalogueHere());
    linkDependencies(root);
    const refreshed = runIn(root, ['npm', 'run', '--silent', 'refresh']);
    expect(refreshed.status, refreshed.stderr + refreshed.stdout).toBe(0);
    const emitted = Object.entries(snapshotOf(root));
    for (const [path, content] of emitted)
      await expect(content).toMatchFileSnapshot(join(exampleFolder(profile), path));
  });

  test('holds nothing else', async () => {
    const root = await emit(profile, emptyFolder(), await catalogueHere());
    const emitted = Object.keys(snapshotOf(root));
    expect(tracked(profile)).toEqual([...emitted, ...DERIVED_FILES].sort());
  });

  // Until its names are filled in, a template of prose or YAML is no file of its kind, so nothing has read it before.
  test('reads and is formatted as its own `npm run check` wants it, where names were filled in', async () => {
    const folder = exampleFolder(profile);
    const named = tracked(profile).filter((path) =>
      /^(?:README\.md|infra\/.*(?:\.md|\.ya?ml))$/.test(path),
    );
    expect(named).toContain('infra/Pulumi.yaml');
    for (const path of named) {
      const filepath = join(folder, path);
      const options = await prettier.resolveConfig(filepath);
      const text = readFileSync(filepath, 'utf8');
      expect(await prettier.check(text, { ...options, filepath }), path).toBe(true);
    }
  });

  test('has the reviewed plan, one line a file', async () => {
    const { preset = '' } = PROFILES[profile] ?? {};
    const { plan } = await createProject(
      {
        directory: join(emptyFolder(), profile),
        answers: { ...presets[preset]?.answers },
        dryRun: true,
      },
      await catalogueHere(),
    );
    await expect(`${planLines(plan).join('\n')}\n`).toMatchFileSnapshot(
      `__snapshots__/${profile}.plan.txt`,
    );
  });
});

/** What git knows of an example, new files included: nothing stale may stay in it. */
function tracked(profile: string): string[] {
  const cwd = exampleFolder(profile);
  const listed = (...which: readonly string[]): string[] =>
    execFileSync('git', ['ls-files', ...which], { cwd, encoding: 'utf8' })
      .trim()
      .split('\n');
  const gone = new Set(listed('--deleted'));
  const present = listed('--cached', '--others', '--exclude-standard');
  return present.filter((path) => !gone.has(path)).sort();
}
