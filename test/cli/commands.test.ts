import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Run, runCli } from '../support/cli.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';

const QUIET = ['--no-install', '--no-git'];

/** Made from parts, so that no file of this repository looks like it holds a key. */
const KEY = ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_');
const CARD = ['4242', '4242', '4242', '4242'].join(' ');

async function created(...args: string[]): Promise<{ root: string; parent: string; run: Run }> {
  const parent = emptyFolder();
  const run = await runCli(['my-app', '--yes', ...QUIET, ...args], { cwd: parent });
  return { parent, root: join(parent, 'my-app'), run };
}

describe('create', () => {
  test('without a terminal asks nothing and says what to type next', async () => {
    const { run, root } = await created();
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toContain('cd my-app');
    expect(readdirSync(root)).toContain('secure-app.json');
  });

  test('twice from the same answers gives the same bytes', async () => {
    const [one, two] = [await created(), await created()];
    expect(snapshotOf(one.root)).toEqual(snapshotOf(two.root));
  });

  test('takes answers from a file, from standard input and from flags, the later winning', async () => {
    const parent = emptyFolder();
    const input = JSON.stringify({
      name: 'from-answers',
      description: 'From standard input.',
      notes: false,
    });
    const run = await runCli(
      ['--answers', '-', '--description', 'From a flag.', ...QUIET, '--json'],
      { cwd: parent, input },
    );
    expect(run.code, run.stderr).toBe(0);
    const { directory, files } = JSON.parse(run.stdout);
    expect(directory).toBe(join(parent, 'from-answers'));
    expect(files).not.toContain('services/api/modules/notes/index.ts');
    expect(JSON.parse(snapshotOf(directory)['package.json'] ?? '')).toMatchObject({
      name: 'from-answers',
      description: 'From a flag.',
    });
  });

  test('as a dry run shows one line a file and writes nothing', async () => {
    const parent = emptyFolder();
    const run = await runCli(['my-app', '--dry-run'], { cwd: parent });
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(
      /^own +services\/api\/app\.ts <- templates\/app\/services\/api\/app\.ts \(verbatim\)$/m,
    );
    expect(snapshotOf(parent)).toEqual({});
  });

  test('with presets', async () => {
    const { root } = await created('--preset', 'bare');
    const left = Object.keys(snapshotOf(root)).filter((path) => /notes|infra/.test(path));
    expect(left).toEqual([]);
  });

  test('writes prose for the package spec it is given', async () => {
    const { root } = await created('--package-spec', '@acme/secure-app@2.0.0');
    expect(snapshotOf(root)['README.md']).toContain('npx @acme/secure-app@2.0.0 generate');
    expect(snapshotOf(root)['services/api/modules.ts']).toContain(
      'npx @acme/secure-app@2.0.0 generate',
    );
  });

  test('keeps the .git of a folder that holds nothing else', async () => {
    const parent = emptyFolder();
    mkdirSync(join(parent, 'my-app/.git'), { recursive: true });
    writeFileSync(join(parent, 'my-app/.git/HEAD'), 'ref: refs/heads/main\n');
    const run = await runCli(['my-app', '--yes', ...QUIET], { cwd: parent });
    expect(run.code, run.stderr).toBe(0);
    expect(snapshotOf(join(parent, 'my-app'))['.git/HEAD']).toBe('ref: refs/heads/main\n');
  });
});

describe('bad input', () => {
  const cases: [what: string, args: string[], code: number, says: RegExp, input?: string][] = [
    ['no directory', ['--yes'], 1, /Say where the project goes/],
    ['two directories', ['a', 'b', '--yes'], 1, /One directory at a time/],
    ['a name npm refuses', ['My App', '--yes'], 1, /The project name must be lower-case/],
    ['a reserved name', ['con', '--yes'], 1, /reserved/],
    ['a missing parent', ['x/y/z', '--yes'], 1, /does not exist/],
    ['an unknown flag', ['my-app', '--force'], 1, /--force is not an option here/],
    ['an unknown preset', ['my-app', '--preset', 'everything'], 1, /There are: minimal, bare/],
    ['answers that are not JSON', ['my-app', '--answers', '-'], 1, /are not JSON/, '{'],
    ['answers that are a list', ['my-app', '--answers', '-'], 1, /not a JSON object/, '[]'],
    [
      'answers that are huge',
      ['my-app', '--answers', '-'],
      1,
      /larger than 1 MiB/,
      `{"description":"${'a'.repeat(2 ** 20)}"}`,
    ],
    [
      'an answers file that is not there',
      ['my-app', '--answers', 'missing.json'],
      1,
      /cannot be read/,
    ],
    [
      'an unknown answer',
      ['my-app', '--answers', '-'],
      1,
      /"notez" is not a question/,
      '{"notez":true}',
    ],
    [
      'an answer of the wrong type',
      ['my-app', '--answers', '-'],
      1,
      /"notes" must be true or false/,
      '{"notes":"yes"}',
    ],
    [
      'markup in the description',
      ['my-app', '--description', '# <script>'],
      1,
      /"description" must be words/,
    ],
    ['a spec without a version', ['my-app', '--yes', '--package-spec', 'evil'], 1, /exact version/],
    [
      'generate outside a project',
      ['generate', 'health-check', 'x'],
      1,
      /no secure-app\.json here/,
    ],
    ['an unknown generator', ['generate', 'everything'], 1, /no generator of that name/],
    [
      'generate without a name',
      ['generate', 'health-check'],
      1,
      /no secure-app\.json here|needs a name/,
    ],
    ['generate alone', ['generate'], 1, /Say what to generate/],
    ['remove alone', ['remove'], 1, /which one module/],
    ['an unknown control', ['explain', 'AUTH-99'], 1, /no control of that id/],
  ];

  test.each(cases)(
    '%s: one sentence, the way out, and nothing written',
    async (_what, args, code, says, input = '') => {
      const cwd = emptyFolder();
      const run = await runCli(
        [
          ...args,
          ...(args[0] === 'generate' || args[0] === 'remove' || args[0] === 'explain' ? [] : QUIET),
        ],
        { cwd, input },
      );
      expect(run.code, run.stderr + run.stdout).toBe(code);
      expect(run.stderr).toMatch(says);
      expect(run.stdout).toBe('');
      expect(snapshotOf(cwd)).toEqual({});
    },
  );

  test('with --json is one document with a stable code', async () => {
    const run = await runCli(['my-app', '--json', '--preset', 'everything'], {
      cwd: emptyFolder(),
    });
    expect(JSON.parse(run.stdout)).toMatchObject({ ok: false, exit: 1, code: 'E_PRESET' });
  });
});

describe('a secret given as an answer', () => {
  const places: [where: string, args: string[], input?: string][] = [
    ['the description', ['my-app', '--yes', '--description', `Uses ${KEY}`]],
    ['a card number in the description', ['my-app', '--yes', '--description', `Card ${CARD}`]],
    ['the directory', [KEY.toLowerCase().replace('live', 'live'), '--yes']],
    ['the answers', ['my-app', '--answers', '-'], JSON.stringify({ description: `Uses ${KEY}` })],
    ['a key of the answers', ['my-app', '--answers', '-'], JSON.stringify({ [KEY]: true })],
    [
      'nested where nobody asked',
      ['my-app', '--answers', '-'],
      JSON.stringify({ description: { deep: [KEY] } }),
    ],
  ];

  test.each(places)(
    'in %s is refused with exit 2 and shown nowhere',
    async (_where, args, input = '') => {
      for (const mode of [[], ['--json'], ['--debug'], ['--json', '--debug'], ['--dry-run']]) {
        const cwd = emptyFolder();
        const run = await runCli([...args, ...QUIET, ...mode], { cwd, input });
        expect(run.code, run.stderr).toBe(2);
        for (const shown of [run.stdout, run.stderr]) {
          expect(shown.toLowerCase()).not.toContain(KEY.toLowerCase());
          expect(shown).not.toContain(CARD);
        }
        expect(snapshotOf(cwd)).toEqual({});
      }
    },
  );
});

describe('a variant', () => {
  test('is spelt as a flag of what it is a variant of, and is the same by its id', async () => {
    const [flag, id] = [await created(), await created()];
    const dry = ['orders', '--no-install', '--dry-run', '--json'];
    const spelt = await runCli(['generate', 'webhook', '--outbound', ...dry], { cwd: flag.root });
    const later = await runCli(['g', 'webhook', ...dry, '--outbound'], { cwd: flag.root });
    const named = await runCli(['generate', 'outbound-webhook', ...dry], { cwd: id.root });
    expect(spelt.code, spelt.stderr).toBe(0);
    const [one, two, three] = [spelt, later, named].map(({ stdout }) => JSON.parse(stdout));
    expect(one.added).toContain('outbound-webhook-orders');
    expect(two).toEqual(one);
    expect(three.changes).toEqual(one.changes);
  });

  test('takes its answers from JSON, and goes as it came', async () => {
    const { root } = await created();
    const before = snapshotOf(root);
    const spelling = ['webhook', '--outbound'];
    const made = await runCli(['generate', ...spelling, '--answers', '-', '--no-install'], {
      cwd: root,
      input: JSON.stringify({ name: 'orders' }),
    });
    expect(made.code, made.stderr).toBe(0);
    const gone = await runCli(['remove', ...spelling, 'orders', '--no-install'], { cwd: root });
    expect(gone.code, gone.stderr).toBe(0);
    for (const module of ['outbound-webhooks', 'webhooks', 'jobs'])
      expect((await runCli(['remove', module, '--no-install'], { cwd: root })).code).toBe(0);
    expect(snapshotOf(root)).toEqual(before);
  });

  test('is listed and described under both names', async () => {
    const cwd = emptyFolder();
    const listed = await runCli(['list'], { cwd });
    expect(listed.stdout).toContain('webhook --outbound <name>');
    const json = JSON.parse((await runCli(['list', '--json'], { cwd })).stdout);
    expect(json.generators).toContainEqual(
      expect.objectContaining({
        id: 'outbound-webhook',
        variantOf: { id: 'webhook', flag: 'outbound' },
      }),
    );
    const schema = await runCli(['schema', 'webhook', '--outbound'], { cwd });
    expect(JSON.parse(schema.stdout).title).toBe('Answers of outbound-webhook');
  });

  test('is no flag of any other generator', async () => {
    const { root } = await created();
    const run = await runCli(['generate', 'health-check', '--outbound', 'disk'], { cwd: root });
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('--outbound')]);
  });
});

describe('the other commands', () => {
  test('list shows the generators, the presets and what the project has', async () => {
    const { root } = await created();
    const run = await runCli(['list', '--json'], { cwd: root });
    const listed = JSON.parse(run.stdout);
    expect(listed.generators.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(['app', 'notes', 'health-check']),
    );
    expect(listed.modules.map(({ module }: { module: string }) => module)).toEqual([
      'app',
      'notes',
      'infra',
    ]);
  });

  test('schema prints what --answers takes', async () => {
    const run = await runCli(['schema', 'app'], { cwd: emptyFolder() });
    expect(Object.keys(JSON.parse(run.stdout).properties)).toEqual([
      'name',
      'description',
      'notes',
      'infra',
      'updates',
    ]);
  });

  test('explain says what a control demands and, in a project, where it is held', async () => {
    const { root } = await created();
    const run = await runCli(['explain', 'authz-5'], { cwd: root });
    expect(run.stdout).toContain('Deny by default');
    expect(run.stdout).toContain('platform/src/http/authorize.ts');
  });
});
