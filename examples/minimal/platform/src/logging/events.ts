import { denials } from '../egress/denied.ts';
import { maskedKinds } from './masking.ts';
import {
  count,
  defineEvent,
  duration,
  error,
  flag,
  hostName,
  identifier,
  oneOf,
  optional,
  pseudonymous,
  requestId,
  routePattern,
} from './event.ts';
import { METHODS } from '../http/methods.ts';
import { problemCodes } from '../http/problems.ts';

const problem = oneOf(...problemCodes);
const err = error;

// Every event of the platform. A module declares its own events in its folder. (HOOK-6)
export const events = {
  requestEnded: defineEvent('request-ended', 'info', {
    method: oneOf(...METHODS),
    route: routePattern,
    status: count,
    durationMs: duration,
    subject: optional(pseudonymous),
  }),
  requestFailed: defineEvent('request-failed', 'error', { err }),
  requestRefused: defineEvent('request-refused', 'debug', { problem, err }),
  // The count, and one sample: there may be too many for a line each.
  refusalsCounted: defineEvent('refusals-counted', 'warn', {
    count,
    problem,
    route: routePattern,
    sample: requestId,
  }),
  egressDenied: defineEvent('egress-denied', 'warn', {
    reason: oneOf(...denials),
    host: optional(hostName),
    reportOnly: flag,
  }),
  limitUncounted: defineEvent('limit-uncounted', 'warn', { err }),
  keyNotGivenBack: defineEvent('key-not-given-back', 'warn', { err }),
  sweepFailed: defineEvent('sweep-failed', 'error', { err }),
  connectionRefused: defineEvent('connection-refused', 'debug', { problem, sample: requestId }),
  notReady: defineEvent('not-ready', 'warn', { module: identifier, err: optional(err) }),
  closing: defineEvent('closing', 'info', { signal: oneOf('SIGTERM', 'SIGINT') }),
  closingFailed: defineEvent('closing-failed', 'error', { err }),
  sealingFailed: defineEvent('sealing-failed', 'error', { err }),
  crashed: defineEvent('crashed', 'error', { err }),
  framework: defineEvent('framework', 'warn', { err }),
  // Masking found personal data or a secret. Fix the code that writes the named event.
  lineMasked: defineEvent('line-masked', 'error', {
    found: oneOf(...maskedKinds),
    in: identifier,
  }),
  lineTooLong: defineEvent('line-too-long', 'error', { count }),
} as const;
