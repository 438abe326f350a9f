import { readFile } from 'node:fs/promises';
import type { FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import type { Api } from '../service/module.ts';
import { allow } from './access.ts';
import { KEPT_HOURS } from './idempotency-records.ts';
import { isKept, LONGEST, SHORTEST } from './idempotency.ts';
import { isSafe } from './methods.ts';
import type { ProblemCode } from './problems.ts';
import { MOST_INVALID_MEMBERS, PROBLEM_TYPE, problemCodes, problems, Refusal } from './problems.ts';
import { rateLimits } from './rate-limits.ts';
import { ownSession, SESSION_COOKIE } from './sessions.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    // Refusals of the route's own code that do not follow from its other declarations.
    refuses?: readonly ProblemCode[];
    // How a request to a public route proves its sender.
    proof?: 'signature';
  }
}

const PROBLEM_CONTENT = { [PROBLEM_TYPE]: { schema: { $ref: 'Problem#' } } };

const Replayed = {
  enum: ['true'],
  description: 'There on a retry: what was done before was not done again.',
};
const RetryAfter = { type: 'integer', minimum: 0, description: 'Seconds to wait.' };
const RateLimitPolicy = { type: 'string', description: 'The limit: q requests in w seconds.' };
const RateLimit = { type: 'string', description: 'What is left of it: r requests, t seconds.' };

// The headers of a refusal.
const HEADERS: Partial<Record<ProblemCode, object>> = {
  'idempotency-key-in-use': { 'Retry-After': RetryAfter },
  'rate-limited': {
    'Retry-After': RetryAfter,
    'RateLimit-Policy': RateLimitPolicy,
    RateLimit,
  },
};

interface Described {
  readonly name: string;
  readonly description: string;
  readonly version: string;
}

/** Derives the document from the routes. `npm run refresh` writes it to openapi.json. */
export function describeApi({ name, description, version }: Described) {
  return async (app: Api): Promise<void> => {
    // Loads only here: a running service serves the file, and derives nothing.
    const { default: swagger } = await import('@fastify/swagger');
    app.addSchema(PROBLEM);
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title: name, description, version },
        servers: [{ url: '/', description: 'The origin that serves this document.' }],
        // An operation that does not say otherwise needs a session, as in the service. (AUTHZ-1)
        security: [{ session: [] }],
        components: {
          securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE } },
        },
      },
      refResolver: { buildLocalReference: ({ $id }) => String($id) },
      transform: ({ schema, url, route, ...document }) => {
        const { components } = 'openapiObject' in document ? document.openapiObject : {};
        const proof = route.config?.proof;
        if (proof && components)
          Object.assign(components.securitySchemes ?? {}, { [proof]: PROOFS[proof] });
        return { schema: described(schema, route), url };
      },
    });
  };
}

/** Serves the derived document to signed-in callers: an unauthenticated client has no use for the list of routes. */
export function serveDescription(app: Api, file: URL): void {
  let document: Promise<string> | undefined;
  app.get('/openapi.json', {
    config: { access: allow('App::Action::"read-description"', ownSession) },
    schema: { response: { 200: Type.Object({}, { description: 'This document.' }) } },
    handler: async (_request, reply) => {
      document ??= readFile(file, 'utf8');
      const text = await document.catch(() => undefined);
      if (text === undefined) throw new Refusal('not-found', 'Run `npm run refresh` to derive it.');
      reply.type('application/json; charset=utf-8');
      return text;
    },
  });
}

// Appears in the document if a route requires it.
const PROOFS = {
  signature: {
    type: 'http',
    scheme: 'signature',
    description: 'Of the sender, over the exact bytes and as its own documentation says.',
  },
} as const;

const PROBLEM = {
  $id: 'Problem',
  type: 'object',
  required: ['type', 'status', 'title', 'detail', 'code', 'requestId'],
  additionalProperties: false,
  properties: {
    type: { const: 'about:blank' },
    status: { type: 'integer' },
    title: { type: 'string' },
    detail: { type: 'string' },
    code: { enum: Object.keys(problems) },
    requestId: { type: 'string', format: 'uuid' },
    errors: {
      type: 'array',
      maxItems: MOST_INVALID_MEMBERS,
      items: {
        type: 'object',
        required: ['in', 'pointer', 'rule'],
        additionalProperties: false,
        properties: {
          in: { type: 'string' },
          pointer: { type: 'string' },
          rule: { type: 'string' },
        },
      },
    },
  },
} as const;

function described(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  const successes = (schema?.response ?? {}) as Record<string, object>;
  const response = { ...withHeaders(successes, route), ...refusals(route) };
  return {
    ...schema,
    ...describeQuery(schema),
    ...describeAccess(route),
    ...describeKey(route),
    response,
  };
}

// A parameter with a default is not required from the client.
function describeQuery(schema: FastifySchema | undefined): FastifySchema {
  if (schema?.querystring === undefined) return {};
  const { properties, required = [] } = schema.querystring as Querystring;
  const sent = required.filter((name) => !('default' in (properties[name] ?? {})));
  return { querystring: { ...schema.querystring, required: sent } };
}

interface Querystring {
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

function describeAccess({ config }: RouteOptions): FastifySchema {
  if (config?.access?.kind !== 'allow') {
    // `{}` is how OpenAPI says that a request needs no credential.
    const security = [config?.proof ? { [config.proof]: [] } : {}];
    return { security, description: config?.access?.reason ?? '' };
  }
  return { security: [{ session: [] }], description: `Asks for ${config.access.action}.` };
}

const IdempotencyKey = Type.String({
  minLength: SHORTEST,
  maxLength: LONGEST,
  description:
    'A structured field string, new for each request and the same for each of its retries. Its answer is kept for ' +
    `${KEPT_HOURS} hours, for this caller and route, and a retry is answered with it.`,
});

function describeKey(route: RouteOptions): FastifySchema {
  if (!takesKey(route)) return {};
  const header =
    route.config?.idempotent === 'required' ? IdempotencyKey : Type.Optional(IdempotencyKey);
  return { headers: Type.Object({ 'Idempotency-Key': header }) };
}

function withHeaders(successes: Record<string, object>, route: RouteOptions) {
  const headers = takesKey(route) ? { headers: { 'Idempotency-Replayed': Replayed } } : {};
  return Object.fromEntries(
    Object.entries(successes).map(([status, schema]) => [status, { ...schema, ...headers }]),
  );
}

// One response per status. Its description lists every code that it may carry.
function refusals(route: RouteOptions): Record<string, object> {
  const byStatus = Map.groupBy(problemsOf(route), (code) => problems[code].status);
  const answers = [...byStatus].map(([status, codes]) => {
    const titles = new Set(codes.map((code) => problems[code].title));
    const description = `${[...titles].join(', ')}: ${codes.join(', ')}.`;
    const replayed = takesKey(route) && isKept(status) ? { 'Idempotency-Replayed': Replayed } : {};
    const headers = Object.assign(replayed, ...codes.map((code) => HEADERS[code]));
    return [status, { description, headers, content: PROBLEM_CONTENT }];
  });
  return Object.fromEntries(answers);
}

type Meets = (route: RouteOptions) => boolean;

const always: Meets = () => true;
const own: Meets = () => false;

// The compiler requires a row for each row of problems.ts, so that the description lists every refusal. (CHECK-11)
const MEETS: Readonly<Record<ProblemCode, Meets>> = {
  'invalid-request': always,
  'idempotency-key-required': (route) => takesKey(route) && route.config?.idempotent === 'required',
  'idempotency-key-invalid': takesKey,
  unauthenticated: isGuarded,
  unproven: ({ config }) => config?.proof !== undefined,
  forbidden: (route) => refusedAs(route) === 'forbidden',
  'cross-origin': isUnsafe,
  // A resource may be deleted.
  'not-found': (route) => isGuarded(route) || route.url.includes(':'),
  // A described method exists.
  'method-not-allowed': own,
  'request-timeout': always,
  'idempotency-key-in-use': takesKey,
  conflict: own,
  'body-too-large': isUnsafe,
  'uri-too-long': always,
  'unsupported-media-type': isUnsafe,
  'expectation-failed': always,
  'idempotency-key-reused': takesKey,
  'rate-limited': (route) => isGuarded(route) || route.config?.limit !== 'none',
  'headers-too-large': always,
  internal: always,
  'not-ready': own,
  'limit-unknown': ({ config }) =>
    config?.limit === 'sign-in' && rateLimits['sign-in'].withoutDatabase === 'refuse',
  'handler-timeout': always,
};

/** The refusals that a request to this route can meet, by the route's declarations. */
function problemsOf(route: RouteOptions): readonly ProblemCode[] {
  const named = new Set(route.config?.refuses);
  return problemCodes.filter((code) => named.has(code) || MEETS[code](route));
}

/** Whether the route accepts an Idempotency-Key. */
function takesKey(route: RouteOptions): boolean {
  return isGuarded(route) && isUnsafe(route);
}

function isGuarded({ config }: RouteOptions): boolean {
  return config?.access?.kind === 'allow';
}

function isUnsafe({ method }: RouteOptions): boolean {
  return ![method].flat().every(isSafe);
}

function refusedAs({ config }: RouteOptions): ProblemCode | undefined {
  return config?.access?.kind === 'allow' ? config.access.refusedAs : undefined;
}
