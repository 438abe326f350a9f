import { readFile } from 'node:fs/promises';
import { Type } from 'typebox';
import { OPENAPI } from '../folders.ts';
import { allow } from './access.ts';
import { Refusal } from './errors.ts';
import type { Api } from './module.ts';
import { ownSession } from './whoami.ts';

// For whoever is signed in. A map of every route is no secret, and of no use to anybody who may call none of them; the
// file stands in the repository for everybody else. It is served as it was derived: nothing is worked out here.
export function serveDescription(app: Api): void {
  let document: Promise<string> | undefined;
  app.get('/openapi.json', {
    config: { access: allow('App::Action::"read-description"', ownSession) },
    schema: { response: { 200: Type.Object({}, { description: 'This document.' }) } },
    handler: async (_request, reply) => {
      document ??= readFile(OPENAPI, 'utf8');
      const text = await document.catch(() => undefined);
      if (text === undefined) throw new Refusal('not-found', 'Run `npm run refresh` to derive it.');
      reply.type('application/json; charset=utf-8');
      return text;
    },
  });
}
