import { readFile } from 'node:fs/promises';
import { Type } from 'typebox';
import type { Api } from '../service/module.ts';
import { allow } from './access.ts';
import { Refusal } from './problems.ts';
import { ownSession } from './sessions.ts';

// For signed-in callers: the list of routes is not secret, but an unauthenticated client has no use for it.
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
