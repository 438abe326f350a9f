import { sentenceOf } from '@app/platform/described-error';
import { nodeVersionProblem } from '@app/platform/node-version';
import { migrationOrder } from '../../../migrations/order.ts';
import { readCommandConfig } from '../config.ts';
import { guardCommand } from '../egress.ts';
import { MIGRATIONS } from '../folders.ts';
import { openServiceDatabase } from '../open-database.ts';

// Run by whoever owns the schema, before the service that needs it starts: the service itself may change no table.
async function main(): Promise<readonly string[]> {
  const problem = nodeVersionProblem();
  if (problem) throw new Error(problem);
  guardCommand(); // before anything could call out: HOOK-4
  const config = readCommandConfig();
  if (!config.ok) throw new Error(config.error.join('\n'));
  const database = await openServiceDatabase(config.value);
  try {
    const applied = await database.migrate(MIGRATIONS, migrationOrder);
    return applied.map(({ module, name }) => `Applied ${module}/${name}`);
  } finally {
    await database.close();
  }
}

try {
  const applied = await main();
  process.stdout.write(`${applied.join('\n') || 'Nothing to apply.'}\n`);
} catch (error) {
  process.stderr.write(`${sentenceOf(error, 'The migration failed.')}\n`);
  process.exitCode = 1;
}
