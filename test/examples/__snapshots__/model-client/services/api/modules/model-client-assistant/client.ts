import { setTimeout as sleep } from 'node:timers/promises';
import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleType } from 'cockatiel';
import { EgressDenied } from '@app/platform/egress/denied';
import type { Result } from '@app/platform/result';
import { err, ok } from '@app/platform/result';
import type { Secret } from '@app/platform/secrets/secret';
import type { Services } from '@app/platform/service/module';
import type { Payer, Reservation, Usage } from './budget.ts';
import { openBudget } from './budget.ts';
import type { AnswerLimits, EndPart, Ending, ModelRequest, TextPart } from './provider.ts';
import { isUndone, KEY, messageFor, MODEL, mostTokensOf, ORIGIN, readAnswer } from './provider.ts';
import type { UntrustedText } from './text.ts';
import { untrusted } from './text.ts';

export interface ClientLimits extends AnswerLimits {
  readonly dailyTokens: number;
  readonly tokensAnAnswer: number;
  readonly firstByteMs: number;
  readonly wholeMs: number;
  readonly retries: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  readonly failuresInARow: number;
  readonly restMs: number;
}

export const limits: ClientLimits = {
  // What a tenant may spend per day in UTC, prompts and answers together.
  dailyTokens: 1_000_000,
  tokensAnAnswer: 8_192,
  // From the request to the status line.
  firstByteMs: 15_000,
  // Between two events. A provider that is still at work sends pings.
  idleMs: 15_000,
  // With retries and waits. Below answerSeconds in security/egress/ and the 60 seconds that a job may take.
  wholeMs: 50_000,
  eventCharacters: 65_536,
  answerBytes: 4_000_000,
  // Besides the first attempt. More of them keep an overloaded provider overloaded.
  retries: 2,
  firstWaitMs: 500,
  // A provider that asks for a longer wait is not asked again.
  longestWaitMs: 10_000,
  // After so many failures in a row, calls fail at once, for that long.
  failuresInARow: 5,
  restMs: 10_000,
};

/** What a failure is, in one sentence for the caller. None of them repeats what a prompt or an answer holds. (HOOK-6) */
export const FAILURES = {
  'over-budget':
    'This call may cost more tokens than are left today; there are new ones at 00:00 UTC.',
  unavailable: 'The model does not answer at the moment: try again later.',
  refused: 'The model provider refused this call.',
  unclear: 'The model provider sent something that is no answer.',
  stopped: 'The call was stopped.',
} as const;

export type ModelFailure = keyof typeof FAILURES;

interface FailedEvent {
  readonly kind: 'failed';
  readonly failure: ModelFailure;
  readonly says: string;
}

/** Any number of texts, then one end or one failure. Before a failure there may be half an answer. */
export type ModelEvent = TextPart | EndPart | FailedEvent;

export interface ModelAnswer {
  readonly text: UntrustedText;
  readonly ending: Ending;
  readonly usage: Usage;
}

export interface ModelClient {
  /** The answer as it is written. A consumer that stops reading ends the call. */
  stream(payer: Payer, request: ModelRequest): AsyncGenerator<ModelEvent, void, void>;
  /** The whole answer. */
  answer(payer: Payer, request: ModelRequest): Promise<Result<ModelAnswer, ModelFailure>>;
}

export interface ClientOptions {
  readonly fetch?: typeof globalThis.fetch;
  readonly origin?: string;
  readonly limits?: ClientLimits;
}

/** A call that failed before it had an answer, so that it may be made again. */
class Unavailable extends Error {
  readonly isUndone: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(undone: boolean, retryAfterMs?: number) {
    super('unavailable');
    this.isUndone = undone;
    this.retryAfterMs = retryAfterMs;
  }
}

interface Opened {
  readonly body: AsyncIterable<Uint8Array>;
  readonly reservation: Reservation;
  readonly attempt: AbortController;
}

interface NotOpened {
  readonly failure: ModelFailure;
  /** Absent where another attempt would fail as well. */
  readonly retry?: { readonly afterMs: number | undefined };
}

const NOTHING: Usage = { input: 0, output: 0 };

// A new key may be there: it was rotated since the store last looked.
const REFUSES_KEY = 401;

const RATE_LIMITED = 429;

// The connection was never made, so the provider has read nothing.
const NOT_SENT = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)$/;

/** One for the whole process: what it learns about the provider's health is for every call. */
export function openClient(
  { database, secrets }: Pick<Services, 'database' | 'secrets'>,
  { fetch = globalThis.fetch, origin = ORIGIN, limits: most = limits }: ClientOptions = {},
): ModelClient {
  const budget = openBudget(database, most.dailyTokens);
  // cockatiel, since a breaker's half-open state is where a hand-written one goes wrong.
  const breaker = circuitBreaker(handleType(Unavailable), {
    halfOpenAfter: most.restMs,
    breaker: new ConsecutiveBreaker(most.failuresInARow),
  });
  return { stream, answer };

  async function* stream(
    payer: Payer,
    request: ModelRequest,
  ): AsyncGenerator<ModelEvent, void, void> {
    const { mostTokens } = request;
    if (!Number.isInteger(mostTokens) || mostTokens < 1 || mostTokens > most.tokensAnAnswer)
      throw new RangeError(`An answer has 1 to ${most.tokensAnAnswer} tokens.`);
    const whole = AbortSignal.timeout(most.wholeMs);
    const signal = request.signal ? AbortSignal.any([request.signal, whole]) : whole;
    const opened = await open(payer, request, signal);
    if (!opened.ok) {
      yield failed(opened.error);
      return;
    }
    const { body, reservation, attempt } = opened.value;
    let last: EndPart | ModelFailure | undefined;
    try {
      last = yield* readAnswer(body, most, attempt);
    } finally {
      attempt.abort();
      // Without the provider's count, what was reserved stays spent. (AUTHZ-1)
      const usage = typeof last === 'object' ? last.usage : undefined;
      await budget.settle(reservation, usage ? 'success' : 'failure', usage);
    }
    if (typeof last === 'object') yield last;
    else yield failed(request.signal?.aborted ? 'stopped' : last);
  }

  async function answer(
    payer: Payer,
    request: ModelRequest,
  ): Promise<Result<ModelAnswer, ModelFailure>> {
    const texts: string[] = [];
    for await (const event of stream(payer, request)) {
      if (event.kind === 'failed') return err(event.failure);
      if (event.kind === 'text') texts.push(event.text.readAsUntrusted());
      else {
        const { ending, usage } = event;
        return ok({ text: untrusted(texts.join('')), ending, usage });
      }
    }
    return err('unclear');
  }

  // A prompt that is sent twice costs twice. So it is sent again only while there is no answer, and each attempt has a
  // reservation of its own. cockatiel's retry is not used: its wait does not end when the call is stopped.
  async function open(
    payer: Payer,
    request: ModelRequest,
    signal: AbortSignal,
  ): Promise<Result<Opened, ModelFailure>> {
    for (let tried = 1; ; tried += 1) {
      const opened = await attemptOf(payer, request, signal);
      if (opened.ok) return opened;
      const { failure, retry } = opened.error;
      const waitMs = tried > most.retries ? undefined : waitBefore(tried, retry, most);
      if (waitMs === undefined) return err(failure);
      const isOver = await sleep(waitMs, true, { signal }).catch(() => false);
      if (!isOver) return err(request.signal?.aborted ? 'stopped' : failure);
    }
  }

  async function attemptOf(
    payer: Payer,
    request: ModelRequest,
    signal: AbortSignal,
  ): Promise<Result<Opened, NotOpened>> {
    const reservation = await budget.reserve(payer, MODEL, mostTokensOf(request));
    if (!reservation) return err({ failure: 'over-budget' });
    const attempt = new AbortController();
    const ended = AbortSignal.any([signal, attempt.signal]);
    const timer = setTimeout(() => attempt.abort(), most.firstByteMs);
    const answered = await breaker
      .execute(() => sent(request, ended))
      .then(ok, (error: unknown) => err(error));
    clearTimeout(timer);
    const body = answered.ok ? streamOf(answered.value) : undefined;
    if (body) return ok({ body, reservation, attempt });
    attempt.abort();
    if (answered.ok) {
      const { status } = answered.value;
      await budget.settle(reservation, 'failure', isUndone(status) ? NOTHING : undefined);
      return err({ failure: status === 200 ? 'unclear' : 'refused' });
    }
    const { error } = answered;
    const isStopped = request.signal?.aborted === true;
    const mayCost = isStopped || (error instanceof Unavailable && !error.isUndone);
    await budget.settle(reservation, 'failure', mayCost ? undefined : NOTHING);
    if (isStopped) return err({ failure: 'stopped' });
    if (error instanceof BrokenCircuitError) return err({ failure: 'unavailable' });
    if (!(error instanceof Unavailable)) throw error;
    return err({ failure: 'unavailable', retry: { afterMs: error.retryAfterMs } });
  }

  async function sent(request: ModelRequest, signal: AbortSignal): Promise<Response> {
    const key = await secrets.read(KEY);
    const response = await posted(request, key, signal);
    if (response.status !== REFUSES_KEY) return response;
    const newer = await secrets.read(KEY, { refused: key });
    if (newer.equals(key.reveal())) return response;
    await response.body?.cancel();
    return posted(request, newer, signal);
  }

  async function posted(
    request: ModelRequest,
    key: Secret,
    signal: AbortSignal,
  ): Promise<Response> {
    const { path, headers, body } = messageFor(request, key);
    // A redirect would take the prompt and the key to a host of the provider's choice. (HOOK-4)
    const call = { method: 'POST', headers, body, signal, redirect: 'manual' } as const;
    const response = await fetch(`${origin}${path}`, call).catch((error: unknown) => {
      // A host that is not listed is a fault of ours, which no retry mends. (HOOK-4)
      if (error instanceof EgressDenied || request.signal?.aborted) throw error;
      const { cause } = error as { readonly cause?: { readonly code?: unknown } };
      throw new Unavailable(NOT_SENT.test(String(cause?.code)));
    });
    const { status } = response;
    const retryAfterMs = retryAfterOf(response.headers);
    // Without Retry-After it is no limit that passes in a moment, but money that ran out.
    const isPassing = status >= 500 || (status === RATE_LIMITED && retryAfterMs !== undefined);
    if (!isPassing) return response;
    await response.body?.cancel();
    throw new Unavailable(isUndone(status), retryAfterMs);
  }
}

function streamOf({ status, headers, body }: Response): AsyncIterable<Uint8Array> | undefined {
  const isStream = /^text\/event-stream\b/.test(headers.get('content-type') ?? '');
  return status === 200 && isStream && body ? body : undefined;
}

// In whole seconds, as the provider sends it.
function retryAfterOf(headers: Headers): number | undefined {
  const [, seconds] = /^(\d{1,6})$/.exec(headers.get('retry-after') ?? '') ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

// With jitter: calls that failed together do not come back together.
function waitBefore(
  tried: number,
  retry: NotOpened['retry'],
  { firstWaitMs, longestWaitMs }: ClientLimits,
): number | undefined {
  if (!retry) return undefined;
  const { afterMs } = retry;
  if (afterMs !== undefined)
    return afterMs > longestWaitMs ? undefined : afterMs + firstWaitMs * Math.random();
  return Math.min(longestWaitMs, firstWaitMs * 2 ** (tried - 1)) * (0.5 + Math.random() / 2);
}

function failed(failure: ModelFailure): FailedEvent {
  return { kind: 'failed', failure, says: FAILURES[failure] };
}
