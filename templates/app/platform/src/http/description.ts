import { readFile } from 'node:fs/promises';
import { Type } from 'typebox';
import type { Api } from '../service/module.ts';
import { allow } from './access.ts';
import { Refusal } from './problems.ts';
import { ownSession } from './sessions.ts';

// For signed-in callers. A map of every route is no secret, and of no use to a client that may call none of them. The file
// is served as it was derived.
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
