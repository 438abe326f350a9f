/** The strength of the sign-in: one factor, or a phishing-resistant factor with user verification. */
export const ACR_SINGLE_FACTOR = 'urn:app:aal1';
export const ACR_VERIFIED_USER = 'urn:app:aal2';

export type Acr = typeof ACR_SINGLE_FACTOR | typeof ACR_VERIFIED_USER;

/** What the service knows about the caller. Policies decide on these facts alone. */
export interface CallerFacts {
  readonly subject: string;
  readonly tenant: string;
  readonly roles: readonly string[];
  readonly acr: Acr;
  readonly authTime: Date;
  readonly scopes: readonly string[];
  /** Names the session in the audit trail. It is not the cookie value and opens no session. */
  readonly sessionId: string;
  /** Thumbprint of the key that the session is bound to, if any. */
  readonly confirmationKey: string | null;
  /** 0 (nothing unusual) to 100 (treat as stolen). */
  readonly risk: number;
}

declare const proven: unique symbol;

/**
 * Proves that the request presented a live session. Only `callerFromSession` creates one, so a function with a Caller
 * parameter cannot run without a session. (AUTHZ-5)
 */
export interface Caller extends CallerFacts {
  readonly [proven]: true;
}
