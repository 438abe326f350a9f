import type { FastifyRequest } from 'fastify';
import type { Database } from '../database/database.ts';
import { events } from '../logging/events.ts';
import type { Api } from '../service/module.ts';
import { networkOf } from './origins.ts';
import { Refusal } from './problems.ts';
import type { RateLimit, RateLimiter } from './rate-limiter.ts';
import { durableLimiter, localLimiter } from './rate-limiter.ts';

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

declare module 'fastify' {
  interface FastifyContextConfig {
    // On top of the limit that every route has for a network; none at all is for probes. What comes signed
    // from a provider is counted in this process and nowhere else.
    limit?: 'sign-in' | 'none' | 'delivery';
  }
}

type Take = (request: FastifyRequest, key: string) => Promise<void>;

// Before anybody is looked up: asking is cheap for whoever asks, and must stay so for us. The address is the
// connection's, or what a proxy on the list says of it, and never a header that a client chose. (AUTH-11)
export function limitNetworks(app: Api, database: Database, limits: RateLimits): void {
  const takeOfAny = limited('network', limits.network, database);
  const takeOfSignIn = limited('sign-in', limits['sign-in'], database);
  const deliveries = localLimiter('delivery', limits.delivery);
  app.addHook('onRequest', async (request) => {
    const { limit } = request.routeOptions.config;
    if (limit === 'none') return;
    const network = networkOf(request.ip);
    if (limit === 'delivery') {
      const wait = await deliveries.take(network);
      if (wait > 0) throw tooMany('delivery', limits.delivery, wait);
      return;
    }
    await takeOfAny(request, network);
    if (limit === 'sign-in') await takeOfSignIn(request, network);
  });
}

// After it is known who asks: one caller's share is the same from one network or from many.
export function limitCallers(app: Api, database: Database, limits: RateLimits): void {
  const takeOfCaller = limited('caller', limits.caller, database);
  app.addHook('onRequest', async (request) => {
    const { caller } = request;
    if (caller) await takeOfCaller(request, JSON.stringify([caller.tenant, caller.subject]));
  });
}

function limited(name: string, limit: Limit, database: Database): Take {
  const durable = durableLimiter(database, name, limit);
  const instead = limit.withoutDatabase === 'count-here' ? localLimiter(name, limit) : undefined;
  return async (request, key) => {
    const wait = await durable.take(key).catch((error: unknown) => {
      request.log.event(events.limitUncounted, { err: error });
      return countedHere(instead, key);
    });
    if (wait > 0) throw tooMany(name, limit, wait);
  };
}

// Where counting in one process is not enough, nothing is let through. (AUTHZ-5)
function countedHere(instead: RateLimiter | undefined, key: string): Promise<number> {
  if (instead === undefined) throw new Refusal('limit-unknown', 'The limit cannot be counted.');
  return instead.take(key);
}

// What is left is said only where it is known, which is when nothing is: points are taken several at once.
function tooMany(name: string, { points, seconds }: Limit, waitMs: number): Refusal {
  const wait = Math.ceil(waitMs / 1000);
  return new Refusal('rate-limited', `The limit ${name} is reached.`, {
    'retry-after': String(wait),
    'ratelimit-policy': `"${name}";q=${points};w=${seconds}`,
    ratelimit: `"${name}";r=0;t=${wait}`,
  });
}
