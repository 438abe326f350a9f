export interface KeyWindow {
  readonly notBefore: Date;
  readonly notAfter?: Date;
}

// Who says when it signed has another clock than who made the key.
const CLOCK_SKEW_MS = 60_000;

export function isGoodAt({ notBefore, notAfter }: KeyWindow, at: Date): boolean {
  const isBegun = notBefore.getTime() <= at.getTime() + CLOCK_SKEW_MS;
  return isBegun && (notAfter === undefined || at < notAfter);
}
