import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

const MASK = '[secret]';

const itself = Symbol('itself');

/**
 * A value that cannot be logged, serialised or compared by accident: every conversion to text prints the mask, and
 * every operator throws. (HOOK-6)
 */
export class Secret<T extends string = string> {
  readonly #value: T;

  // Unique per instance: a deep comparison ignores private fields, and would call any two secrets equal.
  readonly [itself] = Symbol('secret');

  constructor(value: T) {
    this.#value = value;
  }

  /** The only way to the value. Call it directly in the argument list that needs the value. */
  reveal(): T {
    return this.#value;
  }

  // Compare digests: timingSafeEqual needs equal lengths, and an early return would reveal the length.
  equals(candidate: string): boolean {
    return timingSafeEqual(digest(this.#value), digest(candidate));
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  // Templates and logs ask for a string. Any other hint is a comparison or a calculation, which would use the mask and
  // find any two secrets equal.
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

/** Names a secret. It may be logged, compared and written into a configuration. */
export class SecretReference {
  readonly name: string;

  /** The name is a constant in the code, and never comes from a request. */
  constructor(name: string) {
    if (!NAME.test(name)) throw new TypeError('A secret is named like payments/stripe-key.');
    this.name = name;
  }
}

/** Implemented by a folder of files and by the stores of clouds. */
export interface SecretStore {
  /**
   * Throws a sentence that says how to set a missing secret. A caller passes a value that another side refused, so that
   * a store with a cache looks for a newer one.
   */
  read(reference: SecretReference, options?: { readonly refused?: Secret }): Promise<Secret>;
}

export interface WritableSecretStore extends SecretStore {
  set(reference: SecretReference, value: Secret): Promise<void>;
}

export function secretMissing(name: string): Error {
  return new Error(`The secret ${name} is not set. Set it: npm run secrets -- set ${name}`);
}
