import type { RateLimit } from '@app/platform/rate-limiter';

export interface Limit extends RateLimit {
  // Where the database does not answer: count in this process, or refuse.
  readonly withoutDatabase: 'count-here' | 'refuse';
  readonly why: string;
}

// How often somebody may ask. Whoever asks more often is answered 429 until the window ends, and never longer: a limit
// locks nobody out. (AUTH-11)
export const rateLimits = {
  network: {
    points: 1_200,
    seconds: 60,
    lease: 60,
    // Nothing that is guarded works without the database, and probes and 404s should.
    withoutDatabase: 'count-here',
    why: 'One host cannot take the service from everybody else; an office behind one address fits.',
  },
  caller: {
    points: 600,
    seconds: 60,
    lease: 30,
    withoutDatabase: 'count-here',
    why: 'A stolen session or a loop gone wrong is slowed down, wherever it comes from.',
  },
  delivery: {
    // Ten times what one process verifies for a provider in its busiest minute.
    points: 300_000,
    seconds: 60,
    lease: 1,
    withoutDatabase: 'count-here',
    why: 'Counted in memory: a stranger who sends what nobody signed makes nothing be written.',
  },
  'sign-in': {
    points: 20,
    seconds: 15 * 60,
    // Each one counts: two more guesses for each process would be two more guesses.
    lease: 1,
    // Unlimited guesses are what the limit stands against, and making the database slow would buy them.
    withoutDatabase: 'refuse',
    why: 'Guessing at a proof from one network takes longer than the proof lives.',
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type RateLimits = Readonly<Record<keyof typeof rateLimits, Limit>>;
