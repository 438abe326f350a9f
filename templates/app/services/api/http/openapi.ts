import swagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { KEPT_HOURS } from '@app/platform/idempotency';
import { isSafe } from './methods.ts';
import type { Api } from './module.ts';
import { PROBLEM_TYPE } from './problems.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

// Described for people and tools, and served to nobody: `npm run refresh` writes the document to openapi.json, and a
// running service does not load this file.
export async function describeApi(app: Api): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'acme-service', version: '0.0.0' },
      components: {
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE } },
      },
    },
    transform: ({ schema, url, route }) => ({ schema: described(schema, route), url }),
  });
}

function described(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  return describeIdempotency(describeAccess(schema, route), route);
}

function describeAccess(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  const access = route.config?.access;
  if (access?.kind !== 'allow') return { ...schema, description: access?.reason ?? '' };
  return { ...schema, security: [{ session: [] }], description: `Asks for ${access.action}.` };
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
      409: problem('The first request with this key is under way: retry after Retry-After.'),
      422: problem('The key was used for another request.'),
    },
  };
}

function problem(description: string) {
  return { description, content: { [PROBLEM_TYPE]: { schema: Type.Object({}) } } };
}
