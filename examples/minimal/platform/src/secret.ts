import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

const MASK = '[secret]';

/**
 * A value that cannot be logged, serialised or compared by accident: every way of turning it into
 * text prints the mask, and two of them are never `===`. (HOOK-6)
 */
export class Secret<T extends string = string> {
  readonly #value: T;

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

  [Symbol.toPrimitive](): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
