import type { Answered } from '../egress/chosen.ts';
import { EgressDenied } from '../egress/denied.ts';

/** What the tenant is told of a failure: enough to mend theirs, and nothing about names and addresses of ours. */
export const FAULTS = ['status', 'timeout', 'certificate', 'unreachable'] as const;
export type Fault = (typeof FAULTS)[number];

export type Verdict =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'gone'; readonly status: number }
  | {
      readonly kind: 'failed';
      readonly fault: Fault;
      readonly status?: number;
      /** How long it asked to be left alone. */
      readonly askedMs?: number;
    };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

// Three days, as Standard Webhooks has it: over a weekend somebody mends it.
export const WAITS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

// So that those who failed together do not come back together.
const JITTER = 0.2;

// Whoever asks for longer would have an event forgotten before it is due.
const LONGEST_ASKED_MS = 24 * HOUR;

const GONE = 410;
const MAY_ASK: ReadonlySet<number> = new Set([429, 503]);
const SECONDS = /^[0-9]{1,9}$/;
// The one form of HTTP that is written today. Date.parse would read a great deal more as a time.
const HTTP_DATE = /^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/;

/** 2xx and nothing else is received: who answers with a redirect has not taken it. */
export function verdictOf({ status, retryAfter }: Answered, now = Date.now()): Verdict {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  if (status === GONE) return { kind: 'gone', status };
  const askedMs = MAY_ASK.has(status) ? askedFor(retryAfter, now) : undefined;
  return { kind: 'failed', fault: 'status', status, ...(askedMs !== undefined && { askedMs }) };
}

function askedFor(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  const date = HTTP_DATE.test(retryAfter) ? Date.parse(retryAfter) - now : Number.NaN;
  const asked = SECONDS.test(retryAfter) ? Number(retryAfter) * SECOND : date;
  return asked > 0 ? Math.min(asked, LONGEST_ASKED_MS) : undefined;
}

const TIMEOUT = /^(?:UND_ERR_\w+_TIMEOUT|ETIMEDOUT)$/;
const CERTIFICATE = /^(?:ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/;

export function faultOf(error: unknown): Fault {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  if (error instanceof EgressDenied) return 'unreachable';
  if (name === 'TimeoutError' || TIMEOUT.test(String(code))) return 'timeout';
  return CERTIFICATE.test(String(code)) ? 'certificate' : 'unreachable';
}

/** How long until the next attempt; undefined after the last one. */
export function waitAfter(
  attempt: number,
  askedMs = 0,
  random: () => number = Math.random,
): number | undefined {
  const whole = WAITS_MS[attempt - 1];
  if (whole === undefined) return undefined;
  return Math.round(Math.max(whole, askedMs) * (1 + random() * JITTER));
}
