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
