import { text } from 'node:stream/consumers';
import { nodeVersionProblem } from '@app/platform/node-version';
import { signingKey } from '@app/platform/keys';
import { Secret } from '@app/platform/secret';
import { SecretReference } from '@app/platform/secrets';
import { readCommandConfig } from '../config.ts';
import { localStores } from '../stores.ts';

const USAGE = `npm run secrets -- set <name> < file    the value comes from standard input
npm run secrets -- rotate <key>         such as audit`;

// What was sealed with the old key is verified for the moment it was sealed at; this is for what is under way.
const OVERLAP_MS = 5 * 60_000;

async function main([verb, name, ...rest]: readonly string[]): Promise<string> {
  const problem = nodeVersionProblem();
  if (problem) throw new Error(problem);
  if (name === undefined || rest.length > 0) throw new Error(USAGE);
  const config = readCommandConfig();
  if (!config.ok) throw new Error(config.error.join('\n'));
  const { keys, secrets } = localStores(config.value.dataFolder);
  switch (verb) {
    case 'set':
      await secrets.set(new SecretReference(name), await fromInput());
      return `Set ${name}.`;
    case 'rotate':
      await keys.rotate(signingKey(name), OVERLAP_MS);
      return `Rotated ${name}.`;
    default:
      throw new Error(USAGE);
  }
}

// Never an argument: every process of this machine can list those, and the shell remembers them. (HOOK-6)
async function fromInput(): Promise<Secret> {
  if (process.stdin.isTTY) throw new Error('Pipe the value in: a terminal would show it.');
  return new Secret((await text(process.stdin)).replace(/\r?\n$/, ''));
}

try {
  process.stdout.write(`${await main(process.argv.slice(2))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'The command failed.'}\n`);
  process.exitCode = 1;
}
