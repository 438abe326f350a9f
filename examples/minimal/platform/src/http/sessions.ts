import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { MOST_ROLES } from '../authorization/roles.ts';
import type { Database, TenantTx } from '../database/database.ts';
import type { Api } from '../service/module.ts';
import type { Caller } from '../sessions/caller.ts';
import { callerFromSession, endSession, isCookieValue } from '../sessions/sessions.ts';
import { allow } from './access.ts';
import { entityText, recordChange } from './access.ts';
import { strictObject } from './schemas.ts';

// With this prefix the browser accepts the cookie only if it is Secure, host-only and for Path=/. (AUTH-9)
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

// Sets the caller of the session, or null. The policies decide later what the caller may do.
export function authenticate(app: Api, database: Database): void {
  app.decorateRequest('caller', null);
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config;
    // Only guarded routes cost a lookup: probes and guessed addresses stay cheap.
    if (access?.kind !== 'allow') return;
    const [cookie, another] = sessionCookies(request);
    // Reject a second cookie with the same name: an attacker on a sibling subdomain can plant one. (AUTH-9)
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

// Clears what the browser stored. Not "cookies": that would delete those of sibling hosts too.
const FORGET = '"cache", "storage"';

// Ends the session in the database, so that a stolen copy of the cookie is useless. (AUTH-9)
export function signOut(app: Api): void {
  app.post('/session/end', {
    // A retry is unauthenticated, since the session has ended, so it needs no key.
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
  roles: Type.Array(Type.String(), { maxItems: MOST_ROLES }),
  acr: Type.String(),
  authTime: Type.String({ format: 'date-time' }),
});

// Describes the caller, to find out why a request is forbidden.
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
