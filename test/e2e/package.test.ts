import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostNode } from '../support/cli.ts';
import { emptyFolderForFile } from '../support/folder.ts';
import { checkout, teamWithPackage } from '../support/tarball.ts';
import { runIn } from '../support/workbench.ts';

const { folder: team, installed, cli, plop: bin } = teamWithPackage();

const PLOPFILE = `
export default async function (plop) {
  await plop.load('create-secure-app/plop');
  plop.setGenerator('ours', { description: 'A generator of the team', prompts: [], actions: [] });
}
`;

/** plop as the team runs it, with the team's plopfile. */
function plop(...args: readonly string[]): ReturnType<typeof runIn> {
  return runIn(team, ['node', bin, '--plopfile', join(team, 'plopfile.mjs'), ...args]);
}

describe('the packed tarball', () => {
  test('unpacks to the command and the library, with nothing to install', () => {
    expect(readdirSync(installed).sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist',
      'package.json',
      'plop.js',
    ]);
  });

  test.each([
    ['the host', hostNode()],
    ['the pinned one', join(checkout, 'node_modules/.bin/node')],
  ])('creates the same project on %s Node, by command and by import', (_which, node) => {
    const folder = emptyFolderForFile();
    const command = runIn(folder, [node, cli, 'by-command', '--yes', '--no-install', '--no-git']);
    expect(command.status, command.stderr).toBe(0);
    writeFileSync(
      join(team, 'make.mjs'),
      `import { create } from 'create-secure-app';
         const { files } = await create({ directory: process.argv[2], answers: { name: 'by-command' } });
         console.log(files.length);`,
    );
    const library = runIn(team, [node, 'make.mjs', join(folder, 'by-import')]);
    expect(library.status, library.stderr).toBe(0);
    const differ = runIn(folder, ['diff', '-r', 'by-command', 'by-import']);
    expect(differ.stdout).toBe('');
  });

  test('imports as what its types say, for a TypeScript user', () => {
    writeFileSync(
      join(team, 'use.mts'),
      `import { create, generate, plan, remove, type Created, type Changed } from 'create-secure-app';
       const created: Created = await create({ directory: 'x', answers: { description: 'A.' }, dryRun: true });
       const changed: Changed = await generate({ directory: 'x', generator: 'health-check', name: 'y' });
       const gone: Changed = await remove({ directory: 'x', module: 'health-check', name: 'y' });
       const planned: Created = await plan({ directory: 'x' });
       // @ts-expect-error a directory is required
       void create({}); void [created, changed, gone, planned];
       export {};`,
    );
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2022',
    ];
    const checked = runIn(team, [join(checkout, 'node_modules/.bin/tsc'), ...options, 'use.mts']);
    expect(checked.status, checked.stdout).toBe(0);
  });
});

describe("a team's plopfile", () => {
  test('lists our generators beside its own and runs them through the engine', () => {
    writeFileSync(join(team, 'plopfile.mjs'), PLOPFILE);
    const project = join(team, 'my-app');
    const made = plop(
      '--dest',
      team,
      'app',
      '--',
      '--name',
      'my-app',
      '--description',
      'Ours.',
      '--notes',
      'true',
      '--updates',
      'dependabot',
      '--infra',
      'true',
    );
    expect(made.status, made.stdout + made.stderr).toBe(0);
    expect(existsSync(join(project, 'secure-app.json'))).toBe(true);

    const added = plop('--dest', project, 'health-check', 'search-index');
    expect(added.status, added.stdout + added.stderr).toBe(0);
    expect(
      existsSync(join(project, 'services/api/modules/health-check-search-index/probe.ts')),
    ).toBe(true);
  });

  test('fails, with the sentence and a code, where the engine refuses', () => {
    const refused = plop('--dest', team, 'health-check', 'search-index');
    expect(refused.status).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain('no secure-app.json here');
  });
});
