import swagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import type { Api } from './module.ts';
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
    transform: ({ schema, url, route }) => ({ schema: describeAccess(schema, route), url }),
  });
}

function describeAccess(schema: FastifySchema | undefined, route: RouteOptions): FastifySchema {
  const access = route.config?.access;
  if (access?.kind !== 'allow') return { ...schema, description: access?.reason ?? '' };
  return { ...schema, security: [{ session: [] }], description: `Asks for ${access.action}.` };
}
