import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FIELD_TYPES } from '../../generators/resource/fields.ts';
import { createProject } from '../../src/operations/create.ts';
import { type GenerateRequest, generateModule } from '../../src/operations/generate.ts';
import { LOCKFILE, planLines } from '../../src/plan/plan.ts';
import { presets } from '../../src/presets.ts';
import { changeLine, isWrite } from '../../src/project/changes.ts';
import { MANIFEST } from '../../src/project/manifest.ts';
import { sha256 } from '../../src/templates.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';

/** Named after the golden tree, so that a name makes no difference. */
const NAME = 'minimal';

type Tree = Readonly<Record<string, string>>;

/** Real files, one folder a case; what `minimal` has in the same bytes stands in examples/ only. */
const snapshots = fileURLToPath(new URL('__snapshots__/', import.meta.url));

/** What is recorded of every file, and what npm needs: they follow from the rest. */
const FOLLOWS = new Set([MANIFEST, LOCKFILE]);

test('the preset bare is minimal but for these files', async () => {
  const [bare, minimal] = [await created('bare'), await created('minimal')].map(snapshotOf);
  await expectSnapshot('bare', {
    'listing.txt': listing(bare ?? {}, minimal ?? {}),
    ...only(bare ?? {}, (path, content) => content !== minimal?.[path]),
  });
});

/** Each type once as it must be and once as it may be missing. */
const EVERY_FIELD = FIELD_TYPES.flatMap((type) => [
  `a_${type}:${type}`,
  `maybe_${type}:${type}?`,
]).join(',');

const cases: [name: string, preset: string, run: Omit<GenerateRequest, 'directory'>][] = [
  ['notes', 'bare', { generator: 'notes' }],
  ['health-check', 'minimal', { generator: 'health-check', name: 'search-index' }],
  [
    'resource',
    'minimal',
    { generator: 'resource', name: 'purchase-order', answers: { fields: EVERY_FIELD } },
  ],
  [
    'integration',
    'minimal',
    {
      generator: 'integration',
      name: 'address-lookup',
      answers: { baseUrl: 'https://api.address.example' },
    },
  ],
  ['model-client', 'minimal', { generator: 'model-client', name: 'assistant' }],
  ['jobs', 'minimal', { generator: 'jobs' }],
  ['outbound-webhook', 'minimal', { generator: 'outbound-webhook', name: 'orders' }],
];

describe.each(cases)('generate %s', (name, preset, run) => {
  test('adds and changes these files', async () => {
    const { changes, before, after } = await generated(preset, run);
    const files = only(after, (path, content) => content !== before[path]);
    await expectSnapshot(name, { 'changes.txt': changes, ...files });
  });
});

// With the two that it requires it brings a great many files: of those, their names are recorded.
test('generate webhook changes these files, and adds others', async () => {
  const run = { generator: 'webhook', name: 'stripe' };
  const { changes, before, after } = await generated('minimal', run);
  const differs = (path: string, content: string): boolean =>
    path in before && content !== before[path];
  await expectSnapshot('webhook', { 'changes.txt': changes, ...only(after, differs) });
});

async function generated(preset: string, run: Omit<GenerateRequest, 'directory'>) {
  const directory = await created(preset);
  const before = snapshotOf(directory);
  const { changes, plan, modules } = await generateModule(
    { directory, ...run },
    await catalogueHere(),
  );
  const added = {
    ...plan,
    files: plan.files.filter((file) => modules.added.includes(file.module)),
  };
  const written = changes.filter(isWrite).map(changeLine);
  return {
    changes: `${[...written, '', ...planLines(added)].join('\n')}\n`,
    before,
    after: snapshotOf(directory),
  };
}

async function created(preset: string): Promise<string> {
  const request = {
    directory: join(emptyFolder(), NAME),
    answers: { ...presets[preset]?.answers },
  };
  return (await createProject(request, await catalogueHere())).directory;
}

/** `=` the same as in minimal, `~` other bytes, `+` here only, `-` there only. */
function listing(tree: Tree, minimal: Tree): string {
  const paths = [...new Set([...Object.keys(tree), ...Object.keys(minimal)])].sort();
  const lines = paths.map((path) => {
    const content = tree[path];
    if (content === undefined) return `- ${path}`;
    const mark = minimal[path] === undefined ? '+' : minimal[path] === content ? '=' : '~';
    return FOLLOWS.has(path) ? `${mark} ${path}` : `${mark} ${path} ${sha256(content)}`;
  });
  return `${lines.join('\n')}\n`;
}

function only(tree: Tree, which: (path: string, content: string) => boolean): Tree {
  return Object.fromEntries(
    Object.entries(tree).filter(([path, content]) => !FOLLOWS.has(path) && which(path, content)),
  );
}

/** The folder holds these files and no others; what is no longer emitted goes with the next `npm run examples`. */
async function expectSnapshot(name: string, files: Tree): Promise<void> {
  const folder = join(snapshots, name);
  for (const [path, content] of Object.entries(files))
    await expect(content).toMatchFileSnapshot(join(folder, path));
  const there = existsSync(folder) ? Object.keys(snapshotOf(folder)) : [];
  expect(there.filter((path) => files[path] === undefined)).toEqual([]);
}
