import fc from 'fast-check';

/** Of the small runs: the same for everybody, so that nobody's change fails by another's luck. */
const SMALL_SEED = 20_261_122;

/** `PROPERTY_SEED=<seed>` repeats a run of any size. */
const GIVEN = process.env['PROPERTY_SEED'];

/** Nothing here is about time: a machine that does much else is no failure. */
export const PATIENCE_MS = 600_000;

type Settings = Pick<fc.Parameters<unknown>, 'seed' | 'numRuns' | 'endOnFailure'>;

/** A few runs, the same ones each time. */
export function small(numRuns: number): Settings {
  return seeded(numRuns, SMALL_SEED);
}

/** Many runs, others each time: what they find is new. */
export function full(numRuns: number): Settings {
  return seeded(numRuns, Date.now() % 2 ** 31);
}

function seeded(numRuns: number, otherwise: number): Settings {
  const seed = GIVEN === undefined ? otherwise : Number(GIVEN);
  process.stdout.write(`${numRuns} runs; repeat them with PROPERTY_SEED=${seed}\n`);
  return { numRuns, seed };
}

/** Samples for tests that are too slow to be shrunk. */
export function sampled<T>(arbitrary: fc.Arbitrary<T>, { numRuns, seed }: Settings): T[] {
  return fc.sample(arbitrary, {
    ...(numRuns === undefined ? {} : { numRuns }),
    ...(seed === undefined ? {} : { seed }),
  });
}
