import type { IPolicy } from 'cockatiel';
import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleType,
  retry,
  wrap,
} from 'cockatiel';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { EgressDenied } from '@app/platform/egress/denied';
import type { Result } from '@app/platform/result';
import { err, ok } from '@app/platform/result';
import type { Secret, SecretStore } from '@app/platform/secrets/secret';
import { SecretReference } from '@app/platform/secrets/secret';
import { ORIGIN } from './origin.ts';

/** The other side said no; it did not answer or cannot; or it answered what nobody agreed on. */
export type Failure = 'refused' | 'unavailable' | 'unclear';

export interface CallOptions {
  readonly fetch?: typeof globalThis.fetch;
  readonly origin?: string;
  readonly limits?: CallLimits;
}

export interface Call<Answer extends TSchema> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly answer: Answer;
  readonly body?: object;
  readonly key?: string;
}

export interface CallLimits {
  readonly attemptMs: number;
  readonly retries: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  readonly failuresInARow: number;
  readonly restMs: number;
}

export const limits: CallLimits = {
  attemptMs: 5_000,
  // Beyond the first. More of them are what an overloaded service drowns in.
  retries: 2,
  firstWaitMs: 100,
  longestWaitMs: 2_000,
  // After so many failures in a row nobody waits for the next one, for that long.
  failuresInARow: 5,
  restMs: 10_000,
};

const TOKEN = new SecretReference('integrations/address-lookup/token');

// Said by a server that may do better in a moment. Everything else stays what it is, however often it is asked.
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

// Nothing but this says that it was the token: 403 is about what was asked for.
const REFUSES_TOKEN = 401;

class Unavailable extends Error {}

/** Calls that end: in an answer of the agreed shape, or in a failure that the caller sees. */
export function openCalls(
  secrets: SecretStore,
  { fetch = globalThis.fetch, origin = ORIGIN, limits: most = limits }: CallOptions,
) {
  const { once, again } = policies(most);

  return {
    /** Undefined where there is none. */
    async lookUp<Answer extends TSchema>(
      call: Call<Answer>,
    ): Promise<Result<Static<Answer> | undefined, Failure>> {
      const response = await answered(call);
      return response?.status === 404 ? ok(undefined) : read(response, call.answer);
    },

    async change<Answer extends TSchema>(
      call: Call<Answer>,
    ): Promise<Result<Static<Answer>, Failure>> {
      return read(await answered(call), call.answer);
    },
  };

  async function answered(call: Call<TSchema>): Promise<Answered | undefined> {
    // What is sent twice happens twice, unless it reads or the other side knows it by its key.
    const policy = call.method === 'GET' || call.key !== undefined ? again : once;
    try {
      return await policy.execute(() => attempt(call));
    } catch (error) {
      if (error instanceof Unavailable || error instanceof BrokenCircuitError) return undefined;
      throw error;
    }
  }

  async function attempt(call: Call<TSchema>): Promise<Answered> {
    // Read for each attempt, so that a new one needs no restart.
    const token = await secrets.read(TOKEN);
    const response = await sent(call, token);
    if (response.status !== REFUSES_TOKEN) return response;
    // It was rotated since the store last looked: whom the other side does not know, it has done nothing for. (HOOK-6)
    const newer = await secrets.read(TOKEN, { refused: token });
    return newer.equals(token.reveal()) ? response : sent(call, newer);
  }

  // The token is shown to nobody but the other side. (HOOK-6)
  async function sent(
    { method, path, body, key }: Call<TSchema>,
    token: Secret,
  ): Promise<Answered> {
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${token.reveal()}`,
      ...(body && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    };
    try {
      const response = await fetch(`${origin}${path}`, {
        method,
        headers,
        signal: AbortSignal.timeout(most.attemptMs),
        ...(body && { body: JSON.stringify(body) }),
      });
      const { status } = response;
      const text = await response.text();
      if (!TRANSIENT.has(status)) return { status, text };
    } catch (error) {
      // A host that is not listed is a fault of ours, which no retry mends. (HOOK-4)
      if (error instanceof EgressDenied) throw error;
    }
    throw new Unavailable();
  }
}

interface Answered {
  readonly status: number;
  readonly text: string;
}

// cockatiel, since a breaker's half-open state is where a hand-written one goes wrong.
function policies(most: CallLimits): { readonly once: IPolicy; readonly again: IPolicy } {
  const failing = handleType(Unavailable);
  const once = circuitBreaker(failing, {
    halfOpenAfter: most.restMs,
    breaker: new ConsecutiveBreaker(most.failuresInARow),
  });
  // With jitter: those who failed together do not come back together.
  const { firstWaitMs: initialDelay, longestWaitMs: maxDelay } = most;
  const backoff = new ExponentialBackoff({ initialDelay, maxDelay });
  return { once, again: wrap(retry(failing, { maxAttempts: most.retries, backoff }), once) };
}

function read<Answer extends TSchema>(
  response: Answered | undefined,
  schema: Answer,
): Result<Static<Answer>, Failure> {
  if (!response) return err('unavailable');
  if (response.status < 200 || response.status > 299) return err('refused');
  const value = Value.Clean(schema, parsed(response.text));
  return Value.Check(schema, value) ? ok(value as Static<Answer>) : err('unclear');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
