import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Database, TenantTx } from '../database/database.ts';
import type { Api } from '../service/module.ts';
import type { Caller } from '../sessions/caller.ts';
import { callerFromSession, endSession, isCookieValue } from '../sessions/sessions.ts';
import { allow } from './access.ts';
import { entityText, recordChange } from './access.ts';
import { strictObject } from './schemas.ts';

// The prefix makes the browser refuse the cookie unless it is Secure, host-only and for the whole path. (AUTH-9)
export const SESSION_COOKIE = '__Host-session';

export function setSessionCookie(value: string): string {
  return `${SESSION_COOKIE}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}

function clearSessionCookie(): string {
  return `${setSessionCookie('')}; Max-Age=0`;
}

export function sessionCookies(request: FastifyRequest): string[] {
  const pairs = request.headers.cookie?.split(';') ?? [];
  return pairs
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${SESSION_COOKIE}=`))
    .map((pair) => pair.slice(SESSION_COOKIE.length + 1));
}

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

const Session = strictObject({
  subject: Type.String(),
  tenant: Type.String(),
  roles: Type.Array(Type.String()),
  acr: Type.String(),
  authTime: Type.String({ format: 'date-time' }),
});

// What the service knows about the caller: the first thing to ask when something is forbidden.
export function describeCaller(app: Api): void {
  app.get('/session', {
    config: { access: allow('App::Action::"read-session"', ownSession) },
    schema: { response: { 200: Session } },
    handler: async ({ authorized: { caller } }) => ({
      subject: caller.subject,
      tenant: caller.tenant,
      roles: [...caller.roles],
      acr: caller.acr,
      authTime: caller.authTime.toISOString(),
    }),
  });
}

export async function ownSession({ caller }: TenantTx) {
  const { sessionId, subject, tenant } = caller;
  return { type: 'App::Session', id: sessionId, attributes: { owner: subject, tenant } };
}
