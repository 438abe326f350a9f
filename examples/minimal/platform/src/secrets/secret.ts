import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

const MASK = '[secret]';

const itself = Symbol('itself');

/**
 * A value that cannot be logged, serialised or compared by accident: every way of turning it into
 * text prints the mask, and no operator compares it. (HOOK-6)
 */
export class Secret<T extends string = string> {
  readonly #value: T;

  // Different in each: a deep comparison sees no private field, and would call any two secrets equal.
  readonly [itself] = Symbol('secret');

  constructor(value: T) {
    this.#value = value;
  }

  /** The one way out. Call it in the argument list of whatever needs the value, and nowhere else. */
  reveal(): T {
    return this.#value;
  }

  // Digests first: timingSafeEqual needs equal lengths, and refusing early would tell the length.
  equals(candidate: string): boolean {
    return timingSafeEqual(digest(this.#value), digest(candidate));
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  // Text is asked for by templates and logs. Whoever asks for anything else compares or calculates,
  // and would compare the mask: any two secrets would be equal.
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return MASK;
    throw new TypeError('A Secret is compared with equals().');
  }

  [inspect.custom](): string {
    return MASK;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

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
