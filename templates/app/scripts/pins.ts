import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROOT } from './derive/root.ts';
import { adopt } from './pins/adopt.ts';
import { everybody } from './pins/ask.ts';
import { faultsOf } from './pins/faults.ts';
import type { Refreshed } from './pins/refresh.ts';
import { moved, refresh } from './pins/refresh.ts';
import { printShard, readShards, usesIn } from './pins/table.ts';

const MODES = ['--check', '--refresh', '--adopt'] as const;
const USAGE = [
  'npm run pins                 compares what is used with security/pins/; asks nobody',
  'npm run pins -- --refresh    moves the table, and every use of it, to the newest releases',
  'npm run pins -- --adopt      takes into the table what a bot has moved, if its tag is that commit or digest',
].join('\n');

const root = fileURLToPath(ROOT);

function main([mode = '--check', ...rest]: readonly string[]): string | undefined {
  if (rest.length > 0 || !MODES.some((known) => known === mode)) return USAGE;
  const shards = readShards(root);
  const uses = usesIn(root);
  if (mode === '--check') return told(faultsOf(shards, uses));
  const today = new Date().toISOString().slice(0, 10);
  const change =
    mode === '--refresh'
      ? refresh(shards, everybody, today)
      : adopt(shards, uses, everybody, today);
  if (change.faults.length > 0) return `${told(change.faults)}\nNothing was changed.`;
  write(change, new Set(uses.map(({ path }) => path)));
  return told(faultsOf(readShards(root), usesIn(root)));
}

function write({ shards, moves }: Refreshed, paths: ReadonlySet<string>): void {
  for (const { path, ...shard } of shards as ReturnType<typeof readShards>) {
    writeFileSync(new URL(path, ROOT), printShard(shard));
  }
  for (const path of paths) {
    const file = new URL(path, ROOT);
    writeFileSync(file, moved(readFileSync(file, 'utf8'), moves));
  }
  for (const { name, from, to } of moves) {
    process.stdout.write(`${name}  ${from.version} ${from.pin} -> ${to.version} ${to.pin}\n`);
  }
}

function told(faults: readonly string[]): string | undefined {
  return faults.length === 0 ? undefined : faults.join('\n');
}

// Who is asked may not answer, and says so itself.
function attempted(): string | undefined {
  try {
    return main(process.argv.slice(2));
  } catch (error) {
    return (error as Error).message;
  }
}

const problem = attempted();
if (problem !== undefined) process.stderr.write(`${problem}\n`);
process.exitCode = problem === undefined ? 0 : 1;
