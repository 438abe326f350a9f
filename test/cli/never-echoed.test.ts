import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import type { ActionType, NodePlopAPI } from 'node-plop';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';

import { create, generate, plan, remove, UserError } from '../../src/index.ts';
import { rules } from '../../src/guard/index.ts';
import { run } from '../../src/commands/run.ts';
import { register } from '../../src/plop.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { runCli } from '../support/cli.ts';
import { emptyFolder, emptyFolderForFile, snapshotOf } from '../support/folder.ts';
import { echoesOf, type Pasted, pasted } from './pasted.ts';

vi.mock('../../src/shipped.ts', async () => {
  const { catalogueHere: shippedCatalogue } = await import('../support/catalogue.ts');
  return { shippedCatalogue };
});

/** Printed by fast-check when a property fails; fixed so that a failure can be repeated. */
const RUNS = { seed: 20_261_122, numRuns: 60 } as const;

const RULE_IDS = new RegExp(rules.map(({ id }) => id).join('|'));

/** Ways to give a value to the command; `file` writes an answers file and returns its path. */
type File = (answers: unknown) => string;
const ways: Readonly<Record<string, (text: string, file: File) => readonly string[]>> = {
  'the directory': (text) => [text],
  'the directory of the command by name': (text) => ['create', text],
  'a second directory': (text) => ['my-app', text],
  'an answer': (text) => ['my-app', '--description', text],
  'an answer with an equals sign': (text) => ['my-app', `--description=${text}`],
  'a yes-or-no answer': (text) => ['my-app', `--notes=${text}`],
  'the value of an option that is none': (text) => ['my-app', '--api-thing', text],
  'the name of an option': (text) => ['my-app', `--${text}`],
  'the name of an option with a value': (text) => ['my-app', `--${text}=yes`],
  'a short option': (text) => ['my-app', `-${text}`],
  'the preset': (text) => ['my-app', '--preset', text],
  'the answers file': (text) => ['my-app', '--answers', text],
  'the package spec': (text) => ['my-app', '--package-spec', `${text}@1.0.0`],
  'a value of the answers file': (text, file) => [
    'my-app',
    '--answers',
    file({ description: text }),
  ],
  'a value that a flag wins over': (text, file) => [
    'my-app',
    '--answers',
    file({ description: text }),
    '--description',
    'Keeps invoices.',
  ],
  'a value of the wrong kind': (text, file) => ['my-app', '--answers', file({ notes: text })],
  'a key of the answers file': (text, file) => ['my-app', '--answers', file({ [text]: true })],
  'a nested answer': (text, file) => ['my-app', '--answers', file({ a: [{ b: ['fine', text] }] })],
  'answers that are no object': (text, file) => ['my-app', '--answers', file([text])],
  'the project name': (text, file) => ['my-app', '--answers', file({ name: text })],
  'the generator': (text) => ['generate', text],
  'the generator by the short command': (text) => ['g', text, 'name'],
  'the name of a module': (text) => ['generate', 'health-check', text],
  'a second name': (text) => ['generate', 'health-check', 'search', text],
  'an answer of a generator': (text) => ['generate', 'resource', 'invoice', '--fields', text],
  'the module to remove': (text) => ['remove', text],
  'the name of the module to remove': (text) => ['remove', 'health-check', text],
  'the schema': (text) => ['schema', text],
  'the control': (text) => ['explain', text],
  'an argument nobody takes': (text) => ['list', text],
};

const modes: Readonly<Record<string, readonly string[]>> = {
  'for people': [],
  'for machines': ['--json'],
  debugging: ['--debug'],
  'debugging for machines': ['--json', '--debug'],
};

let project: string;
beforeAll(async () => {
  project = join(emptyFolderForFile(), 'orders');
  await create({ directory: project });
});

let base: string;
let work: string;
beforeEach(() => {
  base = emptyFolder();
  work = join(base, 'work');
  mkdirSync(work);
  mkdirSync(join(base, 'tmp'));
  vi.stubEnv('TMPDIR', join(base, 'tmp'));
  onTestFinished(() => void vi.unstubAllEnvs());
});

/** Runs a command line here, with what it prints. */
async function printed(
  argv: readonly string[],
  cwd: string,
): Promise<{ code: number; output: string }> {
  const chunks: string[] = [];
  const catching = (chunk: unknown): boolean => chunks.push(String(chunk)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(catching),
  );
  const home = process.cwd();
  process.chdir(cwd);
  try {
    return { code: await run(argv), output: chunks.join('') };
  } finally {
    process.chdir(home);
    for (const spy of spies) spy.mockRestore();
  }
}

/** Nothing was written where the command ran, nor where temporary files go. */
async function expectUntouched(cwd: string, runs: () => Promise<void>): Promise<void> {
  const before = snapshotOf(cwd);
  await runs();
  expect(snapshotOf(cwd)).toEqual(before);
  expect(snapshotOf(join(base, 'tmp'))).toEqual({});
}

const fileIn: File = (answers) => {
  const path = join(base, 'answers.json');
  writeFileSync(path, JSON.stringify(answers));
  return path;
};

async function expectRefused(argv: readonly string[], secret: Pasted, cwd: string): Promise<void> {
  const { code, output } = await printed(argv, cwd);
  expect(echoesOf(secret, output)).toEqual([]);
  expect(output).toMatch(RULE_IDS);
  expect(code).toBe(2);
}

function sampleOf({ kind, secret }: (typeof pasted)[number]): Pasted {
  return fc.sample(secret, { seed: RUNS.seed + kind.length, numRuns: 1 })[0] as Pasted;
}

describe.each(pasted)('a $kind', (each) => {
  const secret = sampleOf(each);
  test.each(Object.entries(ways))('as %s is refused by name and not repeated', async (_, way) => {
    const argv = way(secret.text, fileIn);
    const cwd = /^(?:g|generate|remove)$/.test(argv[0] ?? '') ? project : work;
    await expectUntouched(cwd, async () => {
      for (const flags of Object.values(modes))
        await expectRefused([...argv, ...flags], secret, cwd);
    });
  });
});

test('any secret, in any way, to any reader', async () => {
  const property = fc.asyncProperty(
    fc.oneof(...pasted.map(({ secret }) => secret)),
    fc.constantFrom(...Object.values(ways)),
    fc.constantFrom(...Object.values(modes)),
    (secret, way, flags) => expectRefused([...way(secret.text, fileIn), ...flags], secret, work),
  );
  await expectUntouched(work, () => fc.assert(property, RUNS));
});

describe('the library throws nothing of it: not as message, stack, cause or finding', () => {
  const calls: Readonly<Record<string, (text: string) => Promise<unknown>>> = {
    'create, directory': (text) => create({ directory: `${work}/${text}` }),
    'create, answer': (text) =>
      create({ directory: join(work, 'a'), answers: { description: text } }),
    'create, key': (text) => create({ directory: join(work, 'a'), answers: { [text]: 1 } }),
    'create, package spec': (text) => create({ directory: join(work, 'a'), packageSpec: text }),
    'plan, answer': (text) => plan({ directory: join(work, 'a'), answers: { notes: text } }),
    'generate, generator': (text) => generate({ directory: project, generator: text }),
    'generate, name': (text) =>
      generate({ directory: project, generator: 'health-check', name: text }),
    'generate, answer': (text) =>
      generate({ directory: project, generator: 'resource', name: 'x', answers: { fields: text } }),
    'remove, module': (text) => remove({ directory: project, module: text }),
    'remove, name': (text) => remove({ directory: project, module: 'notes', name: text }),
    'a plop action': async (text) => {
      const actions: ActionType[] = [];
      const plop = {
        setActionType: (_: string, action: ActionType) => actions.push(action),
        setGenerator: () => plop,
        getDestBasePath: () => work,
      };
      register(plop as unknown as NodePlopAPI, await catalogueHere());
      const action = actions[0] as unknown as (...args: object[]) => Promise<string>;
      return action({ name: 'orders', description: text }, { generator: 'app' });
    },
  };

  test.each(Object.entries(calls))('%s', async (_, call) => {
    for (const each of pasted) {
      const secret = sampleOf(each);
      const error: unknown = await call(secret.text).catch((cause: unknown) => cause);
      const root = (error as Error).cause ?? error;
      expect(root).toBeInstanceOf(UserError);
      expect(root).toMatchObject({ code: 'E_GUARD', exit: 2 });
      expect(echoesOf(secret, everythingIn(error))).toEqual([]);
    }
    expect(snapshotOf(base)).toEqual({ 'tmp/': '', 'work/': '' });
  });
});

/** All that a logger could print of an error, hidden fields and causes included. */
function everythingIn(error: unknown): string {
  return inspect(error, {
    depth: 20,
    showHidden: true,
    maxStringLength: null,
    maxArrayLength: null,
  });
}

describe('the command as installed', () => {
  test.each(pasted)('a $kind on standard input, with every debug output on', async (each) => {
    const secret = sampleOf(each);
    const result = await runCli(['my-app', '--answers', '-', '--debug'], {
      cwd: work,
      input: JSON.stringify({ description: secret.text }),
      env: { DEBUG: '*', NODE_DEBUG: 'fs,module,stream,net' },
    });
    expect(result.code, result.stderr).toBe(2);
    expect(result.stderr).toMatch(RULE_IDS);
    expect(echoesOf(secret, result.stdout + result.stderr)).toEqual([]);
  });

  test('answers that do not parse are not quoted', async () => {
    const [each] = pasted;
    const secret = sampleOf(each as (typeof pasted)[number]);
    const argv = ['my-app', '--answers', '-', '--debug', '--json'];
    const result = await runCli(argv, { cwd: work, input: `{ "description": ${secret.text}` });
    expect(result.code).toBe(1);
    expect(echoesOf(secret, result.stdout + result.stderr)).toEqual([]);
  });
});
