import { check } from 'recheck';

/**
 * A bounded repetition multiplies the time by a constant at most, and recheck would unroll it. So its bounds are lowered,
 * and how large the constants are is shown by the hostile texts of a megabyte in test/guard. More than this is no bound.
 */
const MOST = 500;
const LOWERED = 3;

const PATIENCE_MS = 60_000;

export type Verdict = 'linear' | 'polynomial' | 'exponential' | 'unknown';

/** How the time that a pattern takes grows with the text, at worst. */
export async function judge(source: string, flags: string): Promise<Verdict> {
  const lowered = lowerBounds(source);
  // Without an endless repetition each start of a match costs a constant.
  if (!lowered.isEndless) return 'linear';
  // A sticky expression starts at one place only.
  const judged = flags.includes('y') ? `^(?:${lowered.source})` : lowered.source;
  const found = await check(judged, flags.replace(/[gy]/g, ''), { timeout: PATIENCE_MS });
  if (found.status === 'safe') return 'linear';
  return found.status === 'vulnerable' ? found.complexity.type : 'unknown';
}

const PART = /\\.|\[(?:\\.|[^\]\\])*\]|\{(\d{1,9})(,?)(\d{0,9})\}|[*+]/gs;

/** The pattern with lower bounds, and whether anything in it repeats without one. */
export function lowerBounds(source: string): {
  readonly source: string;
  readonly isEndless: boolean;
} {
  let isEndless = false;
  const text = source.replaceAll(PART, (part, least?: string, comma?: string, most?: string) => {
    if (part === '*' || part === '+') isEndless = true;
    if (least === undefined) return part;
    const highest = comma === '' ? Number(least) : Number(most || Infinity);
    const lowest = Math.min(Number(least), LOWERED - 1);
    if (highest <= MOST)
      return comma === ''
        ? `{${Math.min(highest, LOWERED)}}`
        : `{${lowest},${Math.min(highest, LOWERED)}}`;
    isEndless = true;
    return `{${lowest},}`;
  });
  return { source: text, isEndless };
}
