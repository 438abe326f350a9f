import { nodeVersionProblem } from '@app/platform/node-version';

// Before any other import: an older Node fails on them, with a message about syntax.
const problem = nodeVersionProblem();
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

const { runCommand } = await import('@app/platform/commands/run');
const { commands } = await import('./commands.ts');
const { api } = await import('./service.ts');
await runCommand(api, commands, process.argv.slice(2));
