import { channel } from 'node:diagnostics_channel';

// Every error that the service can answer with. A client learns nothing else about a failure. (CHECK-11)
export const problems = {
  'invalid-request': { status: 400, title: 'Bad Request', detail: 'The request is not valid.' },
  'idempotency-key-required': {
    status: 400,
    title: 'Bad Request',
    detail: 'Send an Idempotency-Key, the same one with each retry.',
  },
  'idempotency-key-invalid': {
    status: 400,
    title: 'Bad Request',
    detail: 'The Idempotency-Key must be 8 to 128 printable characters, quoted.',
  },
  unauthenticated: { status: 401, title: 'Unauthorized', detail: 'Sign in first.' },
  unproven: { status: 401, title: 'Unauthorized', detail: 'The request is not proven.' },
  forbidden: { status: 403, title: 'Forbidden', detail: 'You may not do this.' },
  'cross-origin': { status: 403, title: 'Forbidden', detail: 'Cross-origin requests are refused.' },
  'not-found': { status: 404, title: 'Not Found', detail: 'There is nothing here.' },
  'method-not-allowed': {
    status: 405,
    title: 'Method Not Allowed',
    detail: 'The Allow header names what is.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request Timeout',
    detail: 'The request took too long.',
  },
  'idempotency-key-in-use': {
    status: 409,
    title: 'Conflict',
    detail: 'The first request with this Idempotency-Key is under way.',
  },
  conflict: { status: 409, title: 'Conflict', detail: 'It contradicts an earlier request.' },
  'body-too-large': { status: 413, title: 'Content Too Large', detail: 'The body is too large.' },
  'uri-too-long': { status: 414, title: 'URI Too Long', detail: 'The address is too long.' },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported Media Type',
    detail: 'Send application/json.',
  },
  'expectation-failed': {
    status: 417,
    title: 'Expectation Failed',
    detail: 'Only 100-continue can be expected.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'Unprocessable Content',
    detail: 'This Idempotency-Key was used for another request.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too Many Requests',
    detail: 'Wait as long as Retry-After says.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Request Header Fields Too Large',
    detail: 'The headers are too large.',
  },
  internal: { status: 500, title: 'Internal Server Error', detail: 'Something went wrong here.' },
  'not-ready': { status: 503, title: 'Service Unavailable', detail: 'Not ready.' },
  'limit-unknown': {
    status: 503,
    title: 'Service Unavailable',
    detail: 'Not possible at the moment: try again later.',
  },
  'handler-timeout': { status: 503, title: 'Service Unavailable', detail: 'This took too long.' },
} as const;

export type ProblemCode = keyof typeof problems;
export const problemCodes = Object.keys(problems) as readonly ProblemCode[];

// Subscribers learn the kind of a refusal, and no data of the request. (HOOK-6)
export interface RefusalTold {
  readonly problem: ProblemCode;
}
export const refusals = channel('app.http.refusal');

// A request of one kilobyte must not be answered with a list of a thousand errors. (CHECK-11)
export const MOST_INVALID_MEMBERS = 20;

// The pointer names a member of our schema, and the rule is the keyword that it violates. The value is never repeated.
export interface InvalidMember {
  readonly in: string;
  readonly pointer: string;
  readonly rule: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

interface ProblemMembers {
  // Replaces the detail of the table for this route.
  readonly detail?: string | undefined;
  readonly errors?: InvalidMember[] | undefined;
}

export function problemBody(
  code: ProblemCode,
  requestId: string,
  { detail, errors }: ProblemMembers = {},
) {
  return {
    type: 'about:blank',
    ...problems[code],
    ...(detail !== undefined && { detail }),
    code,
    requestId,
    ...(errors && { errors }),
  };
}

// Throw it to answer with one row of the table. The reason is for readers of the code: no client and no log gets it.
export class Refusal extends Error {
  readonly problem: ProblemCode;
  // Headers of the answer, such as Retry-After.
  readonly headers: Readonly<Record<string, string>>;

  constructor(problem: ProblemCode, reason: string, headers: Refusal['headers'] = {}) {
    super(reason);
    this.name = 'Refusal';
    this.problem = problem;
    this.headers = headers;
  }
}
