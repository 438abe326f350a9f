import { Type } from 'typebox';
import { endSession } from '@app/platform/sessions';
import { allow } from './access.ts';
import { entityText, recordChange } from './authorized.ts';
import type { Api } from './module.ts';
import { clearSessionCookie } from './session-cookie.ts';
import { ownSession } from './whoami.ts';

// What the browser kept of the answers goes with the session. Not "cookies": that takes those of sibling hosts as well.
const FORGET = '"cache", "storage"';

// The row ends, whatever the browser does with its cookie: a stolen copy opens nothing from here on. (AUTH-9)
export function signOut(app: Api): void {
  app.post('/session/end', {
    // A retry comes from nobody, and finds the session ended: it needs no key.
    config: { access: allow('App::Action::"end-session"', ownSession), idempotent: 'optional' },
    schema: { response: { 204: Type.Null() } },
    handler: async ({ authorized }, reply) => {
      await endSession(authorized.tx);
      await recordChange(authorized, entityText('App::Session', authorized.caller.sessionId));
      reply.code(204).header('set-cookie', clearSessionCookie()).header('clear-site-data', FORGET);
      return null;
    },
  });
}
