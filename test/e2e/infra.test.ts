import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DRAWING } from '../../src/derived.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder, emptyFolderForFile } from '../support/folder.ts';
import { PROFILES, emit, exampleFolder } from '../support/profiles.ts';
import { linkDependencies, runIn } from '../support/workbench.ts';

const SCRIPT = 'infra/scripts/stack.sh';

const folder = emptyFolderForFile();

describe.each(Object.keys(PROFILES))('the infrastructure of %s', (profile) => {
  let root = '';
  beforeAll(async () => {
    root = await emit(profile, folder, await catalogueHere());
    // Node and nothing else of the root's packages is needed: it is what the host may lack.
    linkDependencies(root);
  });

  test('is installed from its own lock, in an empty folder, and proves itself on the Node of the root', () => {
    const { status, stdout, stderr } = timed(`${profile}: npm run infra:test`, () =>
      spawnSync('npm', ['run', 'infra:test'], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, NODE_TEST_CONTEXT: undefined, NO_COLOR: '1', PATH: hostPath() },
      }),
    );
    expect(status, stdout.slice(-4000) + stderr).toBe(0);
    expect(stdout).toMatch(/^ℹ fail 0$/m);
    expect(existsSync(join(root, 'infra/node_modules/@pulumi/aws'))).toBe(true);
  });

  test('is drawn as the example shows it', async () => {
    const drawn = readFileSync(join(root, DRAWING), 'utf8');
    await expect(drawn).toMatchFileSnapshot(join(exampleFolder(profile), DRAWING));
  });

  test('is typed against the pinned packages', () => {
    const { status, stdout } = timed(`${profile}: type-check`, () =>
      runIn(root, ['npm', '--prefix', 'infra', 'run', 'typecheck']),
    );
    expect(status, stdout).toBe(0);
  });
});

describe('what a pull request would grant', () => {
  const NEW = '{"Statement":[{"Action":"s3:GetObject"}]}';

  test.each([
    ['nothing new', [step('update', NEW, NEW)], '- role: PASS\n', 0],
    ['something new', [step('update', '{"Statement":[]}', NEW)], '- role: FAIL\n', 1],
    ['to a new role', [step('create', undefined, NEW)], '- role: FAIL\n', 1],
    ['what is not known yet', [step('create', undefined, 'unknown')], /^- role is not known/, 1],
    ['what is unchanged or gone', [step('same', NEW, NEW), step('delete', NEW, NEW)], '', 0],
  ])('%s', async (_what, steps, said, status) => {
    const root = await emit('minimal', emptyFolder(), await catalogueHere());
    const preview = join(root, 'preview.json');
    writeFileSync(preview, JSON.stringify({ steps }));
    // Says PASS where both documents are the same, as the analyzer does where one is no more than the other.
    program(root, 'aws', '[ "$6" = "$8" ] && echo PASS || echo FAIL');
    const run = spawnSync('bash', [join(root, SCRIPT), 'new-access', preview], {
      encoding: 'utf8',
      env: { PATH: [root, process.env['PATH']].join(delimiter) },
    });
    expect(run.stderr).toBe('');
    expect(run.stdout).toMatch(said);
    expect(run.status).toBe(status);
  });
});

describe('how old secrets are', () => {
  const place = (name: string) => ({
    type: 'aws:secretsmanager/secret:Secret',
    outputs: { name, tags: { 'rotate-every-days': '90' } },
  });
  const state = JSON.stringify({
    deployment: {
      resources: [{ type: 'aws:s3/bucket:Bucket' }, place('app/new'), place('app/old')],
    },
  });
  const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

  test.each([
    ['one is too old', ago(89), ago(92), /^- app\/old is 92 days old .* every 90 days\n$/, 1],
    ['both are in time, to the day', ago(1), ago(90.5), '', 0],
    ['no value is there yet', 'None', 'None', '', 0],
    ['AWS does not say', '', '', /^(- the age of app\/(new|old) is not known.*\n){2}$/, 1],
  ])('%s', async (_what, first, second, said, status) => {
    const root = await emit('minimal', emptyFolder(), await catalogueHere());
    program(root, 'pulumi', `cat <<'STATE'\n${state}\nSTATE`);
    program(root, 'aws', `[ "$4" = app/new ] && echo '${first}' || echo '${second}'`);
    const run = spawnSync('bash', [join(root, SCRIPT), 'old-secrets'], {
      encoding: 'utf8',
      env: { PATH: [root, process.env['PATH']].join(delimiter) },
    });
    expect(run.stdout).toMatch(said);
    expect(run.status, run.stderr).toBe(status);
  });
});

function program(root: string, name: string, lines: string): void {
  const path = join(root, name);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
}

function step(op: string, before: string | undefined, after: string) {
  const type = 'aws:iam/rolePolicy:RolePolicy';
  return {
    op,
    urn: `urn:pulumi:dev::app::${type}::role`,
    ...(before !== undefined && { oldState: { type, inputs: { policy: before } } }),
    newState: { type, inputs: { policy: after } },
  };
}

/** As on a host whose own Node may be older: the one that is pinned is a package of the root, and npm finds it there. */
function hostPath(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.filter((path) => !path.endsWith(join('node_modules', '.bin'))).join(delimiter);
}

function timed<T>(what: string, work: () => T): T {
  const startedAt = performance.now();
  try {
    return work();
  } finally {
    console.log(`${what} took ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  }
}
