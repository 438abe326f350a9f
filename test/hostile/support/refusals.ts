import { expect } from 'vitest';
import { hasInvisible } from '../../../src/answers/invisible.ts';
import { UserError } from '../../../src/errors.ts';

/** What became of something hostile: the refusal, or what was made of it. */
export type Outcome<T> = { readonly refused: UserError } | { readonly accepted: T };

/** Anything but a worded refusal is a bug, and thrown on. */
export async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { accepted: await work() };
  } catch (cause) {
    if (cause instanceof UserError) return { refused: cause };
    throw cause;
  }
}

/** A refusal says in one sentence what is wrong and in one what to do, and repeats nothing that was given. */
export function expectWorded({ exit, message, wayOut, details }: UserError, given: unknown): void {
  expect([1, 2]).toContain(exit);
  expect(message).toMatch(/^[A-Z"a-z].{1,250}\.$/);
  for (const line of [message, wayOut, ...details.flatMap((detail) => detail.split('\n'))]) {
    expect(hasInvisible(line), JSON.stringify(line)).toBe(false);
    expect(line.length).toBeLessThan(600);
    if (typeof given === 'string' && isTelling(given)) expect(line).not.toContain(given);
  }
}

/** Short values stand in any sentence, and a plain key is named: a misspelt one would be looked for in vain. */
function isTelling(value: string): boolean {
  return value.length > 7 && !/^[a-z][\w-]{0,39}$/i.test(value);
}
