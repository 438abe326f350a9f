import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import nodePlop, { type ActionType, type NodePlopAPI } from 'node-plop';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../src/catalogue.ts';
import { sha256 } from '../../src/templates.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import { tinyCatalogue } from '../support/specimen-catalogue.ts';
import { type Outcome, packIn, runActions } from './support/pack.ts';

/**
 * What plop's own actions do wrong, each shown on plain node-plop first, and that the pack does not. A control that
 * fails after an update of plop is good news: the trap is gone.
 */

type Given = Record<string, unknown>;
let catalogue: Catalogue;
let dest: string;
let ours: NodePlopAPI;

beforeAll(async () => {
  catalogue = await catalogueHere();
});

beforeEach(async () => {
  dest = emptyFolder();
  ours = await packIn(dest, catalogue);
});

/** Runs plop's own actions on a file `a.ts`. */
async function plain(actions: readonly object[], answers: Given = {}): Promise<Outcome> {
  const plop = await nodePlop('', { destBasePath: dest, force: false });
  plop.setGenerator('plain', { prompts: [], actions: actions as ActionType[] });
  return (await plop.getGenerator('plain').runActions(answers)) as unknown as Outcome;
}

function run(generator: string, answers: Given): Promise<Outcome> {
  return runActions(ours, generator, answers);
}

async function project(answers: Given = {}): Promise<string> {
  const { failures } = await run('app', {
    name: 'my-app',
    description: 'Ours.',
    notes: true,
    ...answers,
  });
  expect(failures).toEqual([]);
  const root = join(dest, 'my-app');
  ours = await packIn(root, catalogue);
  return root;
}

const put = (text: string): void => writeFileSync(join(dest, 'a.ts'), text);
const file = (): string => readFileSync(join(dest, 'a.ts'), 'utf8');
const health = { name: 'search-index' };

test('the pack has one action type, and none of its generators uses one of plop', () => {
  for (const { name } of ours.getGeneratorList()) {
    const { actions } = ours.getGenerator(name);
    expect(actions).toEqual([expect.objectContaining({ type: 'create-secure-app' })]);
  }
});

describe('a place to write to that is not there', () => {
  test('plain: is a success, and nothing is written', async () => {
    put('// nothing here\n');
    const { changes, failures } = await plain([
      { type: 'modify', path: 'a.ts', pattern: '// HERE', template: 'app.use(x);' },
    ]);
    expect([changes.length, failures, file()]).toEqual([1, [], '// nothing here\n']);
  });

  test('ours: an index that somebody edited is a failure with the lines to add, and stays', async () => {
    const root = await project();
    const index = join(root, 'services/api/modules.ts');
    writeFileSync(index, '// mine\n');
    const { changes, failures } = await run('health-check', health);
    expect(changes).toEqual([]);
    expect(failures[0]?.error).toMatch(/left to you:[^]*healthCheckSearchIndex/);
    expect(readFileSync(index, 'utf8')).toBe('// mine\n');
  });
});

describe('$& and $` in a value', () => {
  const VALUE = "Costs US$' and $& or $1";

  test('plain: are expanded to text of the file', async () => {
    put('// HERE\nrest\n');
    await plain([{ type: 'modify', path: 'a.ts', pattern: '// HERE', template: '{{{value}}}' }], {
      value: VALUE,
    });
    expect(file()).not.toContain(VALUE);
    expect(file()).toContain('// HERE or');
  });

  test('ours: are refused in an answer, and emitted as they stand from a template', async () => {
    const { failures } = await run('app', { name: 'my-app', description: VALUE });
    expect(failures[0]?.error).toContain('plain punctuation');
    expect(snapshotOf(dest)).toEqual({});

    const tiny = tinyCatalogue();
    const text = `# ${VALUE} {{name}} $\` app.use(foo(\n`;
    const files = new Map([
      ...tiny.templates.files,
      ['app/README.md', { text, sha256: sha256(text) }],
    ]);
    const plop = await packIn(dest, { ...tiny, templates: { ...tiny.templates, files } });
    await plop.getGenerator('app').runActions({ name: 'my-app' });
    expect(readFileSync(join(dest, 'my-app/README.md'), 'utf8')).toBe(text);
  });
});

describe('quotes and ampersands in a value', () => {
  const VALUE = "O'Reilly & Sons";

  test('plain: become HTML', async () => {
    await plain([{ type: 'add', path: 'a.ts', template: '{{value}}' }], { value: VALUE });
    expect(file()).toContain('O&#x27;Reilly &amp; Sons');
  });

  test('ours: stay', async () => {
    const root = await project({ description: VALUE });
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(VALUE);
    for (const [path, text] of Object.entries(snapshotOf(root)))
      if (text.includes('Reilly')) expect(text, path).not.toMatch(/&#x27;|&amp;/);
  });
});

describe('a value that is missing', () => {
  test('plain: is emitted as nothing', async () => {
    const { failures } = await plain([
      { type: 'add', path: 'a.ts', template: 'role = "{{role}}"' },
    ]);
    expect([failures, file()]).toEqual([[], 'role = ""']);
  });

  test('ours: is a failure when it has no default, and nothing is written', async () => {
    for (const answers of [{}, { name: undefined }, { name: null }, { name: '' }]) {
      const { failures } = await run('app', answers);
      expect(failures[0]?.error).toContain('The project name must');
    }
    expect(snapshotOf(dest)).toEqual({});
    const root = await project();
    const before = snapshotOf(root);
    expect((await run('health-check', {})).failures[0]?.error).toContain('needs a name');
    expect(snapshotOf(root)).toEqual(before);
  });
});

describe('a run that fails half way', () => {
  test('plain: leaves what came before', async () => {
    put('');
    const { failures } = await plain([
      { type: 'add', path: 'first.ts', template: 'first' },
      { type: 'add', path: 'a.ts', template: 'second' },
      { type: 'add', path: 'third.ts', template: 'third' },
    ]);
    expect(failures).toHaveLength(2);
    expect(snapshotOf(dest)).toEqual({ 'a.ts': '', 'first.ts': 'first' });
  });

  test('ours: leaves nothing', async () => {
    const root = await project();
    writeFileSync(join(root, 'services/api/modules/health-check-search-index'), 'in the way');
    const before = snapshotOf(root);
    const { changes, failures } = await run('health-check', health);
    expect([changes, failures.length]).toEqual([[], 1]);
    expect(snapshotOf(root)).toEqual(before);
  });
});

describe('the same run twice', () => {
  const append = {
    type: 'append',
    path: 'a.ts',
    pattern: '// HERE',
    template: 'app.register(audit({ retain: 30 }))',
  };

  test('plain: doubles the line', async () => {
    put('// HERE\n');
    await plain([append]);
    await plain([append]);
    expect(file().match(/audit/g)).toHaveLength(2);
  });

  test('ours: changes nothing', async () => {
    const root = await project();
    expect((await run('health-check', health)).failures).toEqual([]);
    const once = snapshotOf(root);
    const { changes, failures } = await run('health-check', health);
    expect([failures, JSON.stringify(changes)]).toEqual([
      [],
      expect.stringContaining('nothing to change'),
    ]);
    expect(snapshotOf(root)).toEqual(once);
  });
});

describe('brackets and other signs that regular expressions use', () => {
  test('plain: are a failure in the words of a regular expression', async () => {
    put('// HERE\n');
    const { failures } = await plain([
      { type: 'append', path: 'a.ts', pattern: '// HERE', template: 'app.use(foo(' },
    ]);
    expect(failures[0]?.error).toContain('Unterminated group');
  });

  test('ours: are text', async () => {
    const VALUE = 'Sums (and more (of them + others?';
    const root = await project({ description: VALUE });
    expect((await run('health-check', health)).failures).toEqual([]);
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).toMatchObject({
      description: VALUE,
    });
  });
});

describe('a name that is a path', () => {
  const ESCAPES = [
    '../escaped',
    '../../escaped',
    '/tmp/escaped',
    'a/../../escaped',
    '..',
    'a\\..\\b',
  ];

  test('plain: leads outside the destination', async () => {
    const inner = join(dest, 'inner');
    const plop = await nodePlop('', { destBasePath: inner, force: false });
    plop.setGenerator('plain', {
      prompts: [],
      actions: [{ type: 'add', path: '{{name}}.ts', template: 'x' }],
    });
    await plop.getGenerator('plain').runActions({ name: '../escaped' });
    expect(existsSync(join(dest, 'escaped.ts'))).toBe(true);
  });

  test.each(ESCAPES)('ours: %s is a failure, for a project and for a module', async (name) => {
    const { changes, failures } = await run('app', { name, description: 'Ours.' });
    expect([changes, failures.length]).toEqual([[], 1]);
    expect(snapshotOf(dest)).toEqual({});
    const root = await project();
    const before = snapshotOf(root);
    expect((await run('health-check', { ...health, name })).failures).toHaveLength(1);
    expect(snapshotOf(root)).toEqual(before);
  });
});
