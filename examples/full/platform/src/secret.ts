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
