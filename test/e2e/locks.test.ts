import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { emptyFolderForFile } from '../support/folder.ts';
import { runIn } from '../support/workbench.ts';

const parent = emptyFolderForFile();

/** What a lock says, held by npm itself. Other proofs run the tests of such projects. */
const HELD = [
  ['npm', 'ci'],
  ['npm', 'run', 'bans'],
  ['node', '--test', 'test/invariants/supply-chain.test.ts'],
] as const;

test.each(['bare', 'minimal', 'full'])(
  '%s installs from its own lock, in an empty folder',
  async (profile) => {
    const folder = join(parent, profile);
    if (profile === 'bare') {
      const args = [profile, '--preset=bare', '--no-install', '--no-git'];
      const run = await runCli(args, { cwd: parent });
      expect(run.code, run.stderr + run.stdout).toBe(0);
    } else {
      cpSync(new URL(`../../examples/${profile}`, import.meta.url), folder, {
        recursive: true,
        filter: (path) => !/\/(?:node_modules|\.data)(?:\/|$)/.test(path),
      });
    }
    for (const command of HELD) {
      const run = runIn(folder, [...command]);
      expect(run.status, run.stdout.slice(-4000) + run.stderr).toBe(0);
    }
  },
);
