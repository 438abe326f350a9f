import type { FastifyRequest } from 'fastify';

// The prefix makes the browser refuse the cookie unless it is Secure, host-only and for the whole path. (AUTH-9)
export const SESSION_COOKIE = '__Host-session';

export function setSessionCookie(value: string): string {
  return `${SESSION_COOKIE}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`;
}

export function clearSessionCookie(): string {
  return `${setSessionCookie('')}; Max-Age=0`;
}

export function sessionCookies(request: FastifyRequest): string[] {
  const pairs = request.headers.cookie?.split(';') ?? [];
  return pairs
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${SESSION_COOKIE}=`))
    .map((pair) => pair.slice(SESSION_COOKIE.length + 1));
}
