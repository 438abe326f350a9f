const FIRST_MS = 1_000;

// What is broken for a day is tried every hour, and by then somebody looks at it.
const LONGEST_MS = 60 * 60_000;

/**
 * Twice as long after each attempt, of which between half and all is waited: jobs that failed together
 * because of one thing do not come back together.
 */
export function delayAfter(tried: number, random: () => number = Math.random): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** (tried - 1));
  return Math.round(whole * (0.5 + random() / 2));
}
