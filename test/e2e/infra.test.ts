import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DRAWING } from '../../src/derived.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder, emptyFolderForFile } from '../support/folder.ts';
import { PROFILES, emit, exampleFolder } from '../support/profiles.ts';
import { linkDependencies, runIn } from '../support/workbench.ts';

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
    const aws = join(root, 'aws');
    writeFileSync(aws, '#!/bin/sh\n[ "$6" = "$8" ] && echo PASS || echo FAIL\n');
    chmodSync(aws, 0o755);
    const run = spawnSync('bash', [join(root, 'infra/scripts/new-access.sh'), preview], {
      encoding: 'utf8',
      env: { PATH: [root, process.env['PATH']].join(delimiter) },
    });
    expect(run.stderr).toBe('');
    expect(run.stdout).toMatch(said);
    expect(run.status).toBe(status);
  });
});

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
