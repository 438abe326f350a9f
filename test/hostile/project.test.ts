import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Changed } from '../../src/operations/change-project.ts';
import { hasInvisible } from '../../src/answers/invisible.ts';
import { createProject } from '../../src/operations/create.ts';
import { generateModule } from '../../src/operations/generate.ts';
import type { Change } from '../../src/project/changes.ts';
import { MANIFEST } from '../../src/project/manifest.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { runCli } from '../support/cli.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import { canaryIn } from './support/canary.ts';
import { expectWorded, outcomeOf } from './support/refusals.ts';
import { TEXTS } from './support/values.ts';

const catalogue = await catalogueHere();
let parent: string;
let root: string;

beforeEach(async () => {
  parent = emptyFolder();
  ({ directory: root } = await createProject(
    { directory: join(parent, 'my-app'), answers: { notes: true } },
    catalogue,
  ));
});

const generate = (dryRun = false): Promise<Changed> =>
  generateModule({ directory: root, generator: 'health-check', name: 'a', dryRun }, catalogue);

/** What a run writes as code of its own making. */
function indexesOf({ changes }: Changed): Change[] {
  return changes.filter(({ kind, path }) => kind === 'update' && path.endsWith('.ts'));
}

/** The manifest with one text of it replaced. */
function spoil(from: string, to: string): void {
  const text = readFileSync(join(root, MANIFEST), 'utf8');
  expect(text).toContain(JSON.stringify(from));
  writeFileSync(join(root, MANIFEST), text.replace(JSON.stringify(from), JSON.stringify(to)));
}

describe('a manifest that came from a stranger', () => {
  test.each([
    ['the name of the project', 'my-app'],
    ['the description', 'A service that denies by default.'],
    ['the package spec', 'create-secure-app@0.1.0'],
    ['the id of a generator', 'notes'],
    ['the path of a file', 'README.md'],
  ])('is refused or inert when %s is hostile', async (_what, text) => {
    const canary = canaryIn(parent);
    const whole = readFileSync(join(root, MANIFEST), 'utf8');
    const indexes = indexesOf(await generate(true));
    const before = snapshotOf(parent);
    for (const [, value] of TEXTS) {
      writeFileSync(join(root, MANIFEST), whole);
      spoil(text, canary.arm(value));
      const outcome = await outcomeOf(() => generate(true));
      canary.expectAlive();
      if ('refused' in outcome) expectWorded(outcome.refused, canary.arm(value));
      else expect(indexesOf(outcome.accepted)).toEqual(indexes);
    }
    writeFileSync(join(root, MANIFEST), whole);
    expect(snapshotOf(parent)).toEqual(before);
  });

  test('says in one line of plain characters what is wrong, whatever the manifest says', async () => {
    spoil('notes', '\u001b[2J\u202enotes\n');
    const run = await runCli(['generate', 'health-check', 'a'], { cwd: root });
    expect([run.code, run.stdout]).toEqual([1, '']);
    const lines = run.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(hasInvisible(line)).toBe(false);
  });
});

describe('a link in the place of a folder', () => {
  test.each(['services', 'services/api/modules', 'migrations', 'policies', 'security'])(
    '%s is not followed, and nothing is written on either side',
    async (folder) => {
      const outside = join(parent, 'outside');
      mkdirSync(outside);
      renameSync(join(root, folder), join(outside, 'moved'));
      symlinkSync(join(outside, 'moved'), join(root, folder));
      const before = snapshotOf(outside);
      await expect(generate()).rejects.toMatchObject({ code: 'E_SYMLINK', exit: 3 });
      expect(snapshotOf(outside)).toEqual(before);
    },
  );
});

test('a planted journal takes nothing away outside the project', async () => {
  const outside = join(parent, 'outside');
  mkdirSync(outside);
  mkdirSync(join(root, '.secure-app.journal'));
  const journal = { steps: [], folders: ['../outside'] };
  writeFileSync(join(root, '.secure-app.journal/journal.json'), JSON.stringify(journal));
  await expect(generate()).rejects.toMatchObject({ code: 'E_PATH' });
  expect(snapshotOf(parent)).toHaveProperty(['outside/']);
});

test('a planted lock is shown without what a terminal would act on', async () => {
  writeFileSync(join(root, '.secure-app.lock'), `1 ${hostname()}\u001b[2J\n`);
  const run = await runCli(['generate', 'health-check', 'a'], { cwd: root });
  expect(run.code).toBe(4);
  expect(run.stderr).toContain('Another run is working in this project');
  expect(run.stderr).not.toContain('\u001b');
});

test.each([
  ['no JSON', '{', 3],
  ['no list', '{"module":"a","controls":5}', 0],
  ['rows of nothing', '{"module":{},"controls":[null,5,{"id":"OBS-1"}]}', 0],
  [
    'escapes',
    '{"module":"a","controls":[{"id":"OBS-1","claim":"\\u001b[2J","code":["\\u202ea"]}]}',
    0,
  ],
])('evidence that is %s does not break explain', async (_what, text, code) => {
  writeFileSync(join(root, 'security/controls/zzz.json'), text);
  const run = await runCli(['explain', 'OBS-1'], { cwd: root });
  expect(run.code, run.stderr).toBe(code);
  for (const line of `${run.stdout}${run.stderr}`.split('\n'))
    expect(hasInvisible(line)).toBe(false);
});
