import swagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import type { Api } from '../service/module.ts';
import { KEPT_HOURS } from './idempotency-records.ts';
import { isKept, LONGEST, SHORTEST } from './idempotency.ts';
import type { ProblemCode } from './problems.ts';
import { PROBLEM_TYPE, problems } from './problems.ts';
import { problemsOf, takesKey } from './route-problems.ts';
import { SESSION_COOKIE } from './sessions.ts';

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

/** Derives the document from the routes: `npm run refresh` writes it to openapi.json, which a running service serves. */
export function describeApi({ name, description, version }: Described) {
  return async (app: Api): Promise<void> => {
    app.addSchema(PROBLEM);
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title: name, description, version },
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
    const security = config?.proof ? { security: [{ [config.proof]: [] }] } : {};
    return { ...security, description: config?.access?.reason ?? '' };
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
