import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mutation, mutated } from './mutations/mutation.ts';
import { runTests } from './run-tests.ts';
import { isDecided, requireReadable, verdictOf } from './verdict.ts';

// A mutant that hangs is told from a slow machine by what the slowest test of its file took with the guard in place.
const TIMES_THE_SLOWEST = 4;
const SHORTEST_TIMEOUT_MS = 10_000;

/** Why a mutation proves nothing; undefined where the named test noticed it. */
export async function faultOf(
  root: string,
  mutation: Mutation,
  slowestMs: number,
): Promise<string | undefined> {
  const path = join(root, mutation.file);
  const original = readFileSync(path, 'utf8');
  try {
    const mutant = mutated(original, mutation);
    requireReadable(mutation.file, mutant);
    writeFileSync(path, mutant);
    const results = await runTests(root, mutation.testFile, {
      testTimeoutMs: Math.ceil(Math.max(SHORTEST_TIMEOUT_MS, TIMES_THE_SLOWEST * slowestMs)),
      isEnough: (seen) => isDecided(seen, mutation.test),
    });
    const verdict = verdictOf(results, mutation.test);
    const named = `"${mutation.test}" of ${mutation.testFile}`;
    return verdict === 'noticed' ? undefined : `${verdict}: ${named}`;
  } catch (error) {
    return String(error);
  } finally {
    writeFileSync(path, original);
  }
}
