/** How sure we are who is asking: one factor, or a phishing-resistant one with the user verified. */
export const ACR_SINGLE_FACTOR = 'urn:app:aal1';
export const ACR_VERIFIED_USER = 'urn:app:aal2';

export type Acr = typeof ACR_SINGLE_FACTOR | typeof ACR_VERIFIED_USER;

/** What is known about whoever is asking. Policies decide on these facts and on nothing else. */
export interface CallerFacts {
  readonly subject: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  readonly acr: Acr;
  readonly authTime: Date;
  readonly scopes: readonly string[];
  /** Names the session in the audit trail. Not the cookie, and of no use as one. */
  readonly sessionId: string;
  /** Thumbprint of the key the session is bound to, where it is bound to one. */
  readonly confirmationKey: string | null;
  /** 0 (nothing unusual) to 100 (treat as stolen). */
  readonly risk: number;
}

declare const proven: unique symbol;

/**
 * Proof that a live session was presented. Only `callerFromSession` makes one, so a function that
 * takes a Caller cannot be reached without one. (AUTHZ-5)
 */
export interface Caller extends CallerFacts {
  readonly [proven]: true;
}
