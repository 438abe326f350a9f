import type { FastifyRequest } from 'fastify';
import type { Database } from '../database/database.ts';
import { events } from '../logging/events.ts';
import type { Api } from '../service/module.ts';
import { networkOf } from './origins.ts';
import { Refusal } from './problems.ts';
import type { RateLimit, RateLimiter } from './rate-limiter.ts';
import { durableLimiter, localLimiter } from './rate-limiter.ts';

export interface Limit extends RateLimit {
  // While the database does not answer: count in this process, or refuse.
  readonly withoutDatabase: 'count-here' | 'refuse';
  readonly why: string;
}

// Past a limit the answer is 429 until the window ends, and no longer: an attacker cannot lock a user out. (AUTH-11)
export const rateLimits = {
  network: {
    points: 1_200,
    seconds: 60,
    lease: 60,
    // Without the database guarded routes fail anyway. Public ones keep working.
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
    // Ten times what one process verifies in the busiest minute of a provider.
    points: 300_000,
    seconds: 60,
    lease: 1,
    withoutDatabase: 'count-here',
    why: 'Counted in memory: a stranger who sends what nobody signed makes nothing be written.',
  },
  'sign-in': {
    points: 20,
    seconds: 15 * 60,
    // Exact: a larger lease would grant extra guesses per process.
    lease: 1,
    // Otherwise an attacker could overload the database to get unlimited guesses.
    withoutDatabase: 'refuse',
    why: 'Guessing at a proof from one network takes longer than the proof lives.',
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type RateLimits = Readonly<Record<keyof typeof rateLimits, Limit>>;

declare module 'fastify' {
  interface FastifyContextConfig {
    // Every route has the limit per network. `sign-in` adds one, `none` is for probes, and `delivery` is for signed
    // webhooks, which are counted in memory only.
    limit?: 'sign-in' | 'none' | 'delivery';
  }
}

type Take = (request: FastifyRequest, key: string) => Promise<void>;

// Runs before any session lookup, so that refusing stays cheap. The address comes from the connection or from a listed
// proxy, never from a header that a client chose. (AUTH-11)
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

// Runs after authentication: a caller has one share, from however many networks.
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

// Where a count in one process is not enough, refuse. (AUTHZ-5)
function countedHere(instead: RateLimiter | undefined, key: string): Promise<number> {
  if (instead === undefined) throw new Refusal('limit-unknown', 'The limit cannot be counted.');
  return instead.take(key);
}

// The remaining points are exact only at 0, since points are leased several at a time.
function tooMany(name: string, { points, seconds }: Limit, waitMs: number): Refusal {
  const wait = Math.ceil(waitMs / 1000);
  return new Refusal('rate-limited', `The limit ${name} is reached.`, {
    'retry-after': String(wait),
    'ratelimit-policy': `"${name}";q=${points};w=${seconds}`,
    ratelimit: `"${name}";r=0;t=${wait}`,
  });
}
