import type { Secret } from './secret.ts';

const NAME = /^[a-z][a-z0-9-]{0,39}(\/[a-z][a-z0-9-]{0,39}){0,3}$/;

/** Which secret is meant: something that may be logged, compared and written into a configuration. */
export class SecretReference {
  readonly name: string;

  /** Named in the code that needs it, and never by a request. */
  constructor(name: string) {
    if (!NAME.test(name)) throw new TypeError('A secret is named like payments/stripe-key.');
    this.name = name;
  }
}

/** The local store and those of clouds pass the same contract, `testing/secret-store-contract.ts`. */
export interface SecretStore {
  /**
   * Throws a sentence that says how to set it when it is missing: nothing works without it. What another side has
   * refused is named, so that a store which keeps values for a while looks whether there is a newer one.
   */
  read(reference: SecretReference, options?: { readonly refused?: Secret }): Promise<Secret>;
}

export interface WritableSecretStore extends SecretStore {
  set(reference: SecretReference, value: Secret): Promise<void>;
}

export function secretMissing(name: string): Error {
  return new Error(`The secret ${name} is not set. Set it: npm run secrets -- set ${name}`);
}
