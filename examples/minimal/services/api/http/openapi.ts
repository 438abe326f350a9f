import swagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { KEPT_HOURS } from '@app/platform/idempotency';
import { isSafe } from './methods.ts';
import type { Api } from './module.ts';
import type { ProblemCode } from './problems.ts';
import { PROBLEM_TYPE, problems } from './problems.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

// `npm run refresh` writes the document to openapi.json, and description.ts serves that file: a running service does not
// load this one.
export async function describeApi(app: Api): Promise<void> {
  app.addSchema(PROBLEM);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'acme-service', version: '0.0.0' },
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE } },
      },
    },
    refResolver: { buildLocalReference: ({ $id }) => String($id) },
    transform: ({ schema, url, route }) => ({ schema: described(schema, route), url }),
  });
}

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
  return describeIdempotency(describeAccess(schema, route), route);
}

function describeAccess(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  const access = route.config?.access;
  const response = { ...(schema?.response as object | undefined), ...refusals(route) };
  if (access?.kind !== 'allow') return { ...schema, response, description: access?.reason ?? '' };
  const description = `Asks for ${access.action}.`;
  return { ...schema, response, security: [{ session: [] }], description };
}

// Whatever else goes wrong answers with the same body, under the status of its row in problems.ts.
const ALWAYS: readonly ProblemCode[] = ['invalid-request', 'headers-too-large', 'internal'];
const WITH_CALLER: readonly ProblemCode[] = ['unauthenticated', 'forbidden', 'handler-timeout'];
const UNSAFE: readonly ProblemCode[] = [
  'request-timeout',
  'body-too-large',
  'unsupported-media-type',
];

function refusals({ config, method, schema, url }: RouteOptions): Record<number, object> {
  const codes = [
    ...ALWAYS,
    ...(config?.access?.kind === 'allow' ? WITH_CALLER : []),
    ...(isSafe(String(method)) ? [] : UNSAFE),
    ...(schema?.params === undefined && !url.includes(':') ? [] : (['not-found'] as const)),
  ];
  return Object.fromEntries(codes.map((code) => [problems[code].status, refusal(code)]));
}

function refusal(code: ProblemCode) {
  const content = { [PROBLEM_TYPE]: { schema: { $ref: 'Problem#' } } };
  return { description: problems[code].title, content };
}

const IdempotencyKey = Type.String({
  minLength: 8,
  maxLength: 128,
  description:
    'A structured field string, new for each request and the same for each of its retries. Its answer is kept for ' +
    `${KEPT_HOURS} hours, for this caller and route, and a retry is answered with it.`,
});

function describeIdempotency(schema: FastifySchema, route: RouteOptions): FastifySchema {
  const { access, idempotent } = route.config ?? {};
  if (access?.kind !== 'allow' || [route.method].flat().every(isSafe)) return schema;
  const header = idempotent === 'required' ? IdempotencyKey : Type.Optional(IdempotencyKey);
  return {
    ...schema,
    headers: Type.Object({ 'Idempotency-Key': header }),
    response: {
      ...(schema.response as object),
      409: refusal('idempotency-key-in-use'),
      422: refusal('idempotency-key-reused'),
    },
  };
}
