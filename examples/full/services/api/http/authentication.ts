import type { Caller } from '@app/platform/caller';
import type { Database } from '@app/platform/database';
import { callerFromSession, isCookieValue } from '@app/platform/sessions';
import type { Api } from './module.ts';
import { sessionCookies } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

// Who is asking, or nobody. What a caller may do is decided later, and never here.
export function authenticate(app: Api, database: Database): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config;
    // Only routes that will decide on a caller cost a look-up: probes and guesses at addresses stay cheap.
    if (access?.kind !== 'allow') return;
    const [cookie, another] = sessionCookies(request);
    // Two cookies of one name: somebody planted one of them, and we cannot know which.
    if (cookie === undefined || another !== undefined || !isCookieValue(cookie)) return;
    request.caller = await callerOf(database, cookie);
  });
}

async function callerOf(database: Database, cookie: string): Promise<Caller | null> {
  const caller = await database.systemTransaction('resolve a session cookie', (tx) =>
    callerFromSession(tx, cookie),
  );
  return caller ?? null;
}
