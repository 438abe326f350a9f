import { expect, test } from 'vitest';
import { HELP } from '../../src/commands/help.ts';
import { runCli } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';

test('the help is what is committed, and fits a terminal', async () => {
  for (const line of HELP.split('\n').slice(1)) expect(line.length, line).toBeLessThanOrEqual(100);
  await expect(HELP).toMatchFileSnapshot('../../docs/help.txt');
});

test.each([['--help'], ['-h'], ['help'], ['generate', '--help']])(
  '%s prints the help',
  async (...args) => {
    const run = await runCli(args, { cwd: emptyFolder() });
    expect([run.code, run.stdout]).toEqual([
      0,
      expect.stringContaining('create-secure-app [directory]'),
    ]);
  },
);
