import { createHash } from 'node:crypto';
import type { Caller, CallerFacts } from '../../src/sessions/caller.ts';
import { ACR_VERIFIED_USER } from '../../src/sessions/caller.ts';

/** A caller without a session, for tests. Production code never imports it. */
export function callerWithoutSession(facts: Partial<CallerFacts> = {}): Caller {
  return {
    subject: 'alice',
    tenant: 'acme',
    roles: [],
    acr: ACR_VERIFIED_USER,
    authTime: new Date(),
    scopes: [],
    sessionId: '00000000-0000-4000-8000-000000000000',
    confirmationKey: null,
    risk: 0,
    ...facts,
  } as Caller;
}

/** What nobody wrote and every scanner takes for a key: drawn anew each time, so that no file holds it. */
export function randomLetters(seed: string, length = 24): string {
  const digest = createHash('sha512').update(seed).digest('base64');
  return digest.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, length);
}

/** In the form of a key that moves money. */
export function specimenKey(seed = 'a specimen'): string {
  return ['sk', 'live', randomLetters(seed)].join('_');
}
