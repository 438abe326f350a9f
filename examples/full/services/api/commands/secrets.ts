import { sentenceOf } from '@app/platform/described-error';
import { nodeVersionProblem } from '@app/platform/node-version';
import { readCommandConfig } from '../config.ts';
import { guardCommand } from '../egress.ts';
import { perform, thisOperator } from './run.ts';
import { changeSecret } from './secret-command.ts';
import { openChangedStores } from './stores.ts';

async function main(argv: readonly string[]): Promise<string> {
  const problem = nodeVersionProblem();
  if (problem) throw new Error(problem);
  guardCommand(); // before anything could call out: HOOK-4
  const config = readCommandConfig();
  if (!config.ok) throw new Error(config.error.join('\n'));
  const { keys, secrets } = await openChangedStores(config.value);
  const actor = thisOperator();
  const changed = await changeSecret(
    {
      keys,
      secrets,
      input: process.stdin,
      note: (what) => perform({ name: 'secrets', command: { ...what, actor } }),
    },
    argv,
  );
  if (!changed.ok) throw new Error(changed.error);
  return changed.value;
}

try {
  process.stdout.write(`${await main(process.argv.slice(2))}\n`);
} catch (error) {
  process.stderr.write(`${sentenceOf(error, 'The command failed.')}\n`);
  process.exitCode = 1;
}
