import { sentenceOf } from '@app/platform/described-error';
import { nodeVersionProblem } from '@app/platform/node-version';
import type { Result } from '@app/platform/result';
import type { RotationServices } from '../modules/webhooks/rotate-key-command.ts';
import {
  parseRotateCommand,
  performRotateCommand,
  ROTATE_USAGE,
} from '../modules/webhooks/rotate-key-command.ts';
import { readCommandConfig } from '../config.ts';
import { guardCommand } from '../egress.ts';
import { perform, thisOperator } from './run.ts';
import { openChangedStores } from './stores.ts';

const BAD_USAGE = 2;

async function main(argv: readonly string[]): Promise<Result<string, string>> {
  const problem = nodeVersionProblem();
  if (problem) return { ok: false, error: problem };
  guardCommand(); // before anything could call out: HOOK-4
  const command = parseRotateCommand(argv);
  if (!command) {
    process.exitCode = BAD_USAGE;
    return { ok: false, error: ROTATE_USAGE };
  }
  const config = readCommandConfig();
  if (!config.ok) return { ok: false, error: config.error.join('\n') };
  const { secrets } = await openChangedStores(config.value);
  const actor = thisOperator();
  return performRotateCommand({ secrets, actor, ask, input: process.stdin }, command);
}

// Beside a running local service this goes through it: that process owns the database's folder.
const ask: RotationServices['ask'] = (command) => perform({ name: 'webhooks', command });

try {
  const outcome = await main(process.argv.slice(2));
  if (outcome.ok) process.stdout.write(`${outcome.value}\n`);
  else {
    process.stderr.write(`${outcome.error}\n`);
    process.exitCode ??= 1;
  }
} catch (error) {
  process.stderr.write(`${sentenceOf(error, 'The command failed.')}\n`);
  process.exitCode = 1;
}
