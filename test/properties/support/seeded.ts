import fc from 'fast-check';

/** The same for everybody, so that nobody's change fails by another's luck. */
const SEED = 20_261_122;

/** `PROPERTY_SEED=<seed>` repeats a run of any size, and `PROPERTY_SEED=new` looks where nobody has. */
const GIVEN = process.env['PROPERTY_SEED'];

type Settings = Pick<fc.Parameters<unknown>, 'seed' | 'numRuns' | 'endOnFailure'>;

const seed = GIVEN === 'new' ? Date.now() % 2 ** 31 : Number(GIVEN ?? SEED);

/** Properties that say nothing of a seed have the same one: a setup file of the tests calls this. */
export function seedAll(): void {
  fc.configureGlobal({ seed });
}

export function seeded(numRuns: number): Settings {
  process.stdout.write(`${numRuns} runs; repeat them with PROPERTY_SEED=${seed}\n`);
  return { numRuns, seed };
}

/** Samples for tests that are too slow to be shrunk. */
export function sampled<T>(arbitrary: fc.Arbitrary<T>, { numRuns, seed: given }: Settings): T[] {
  return fc.sample(arbitrary, {
    ...(numRuns === undefined ? {} : { numRuns }),
    ...(given === undefined ? {} : { seed: given }),
  });
}
