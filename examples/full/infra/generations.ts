import { readFileSync } from 'node:fs';

/** Keys that sign are not rotated by AWS: `keys.json` has a line for each that there was. */
export interface Generation {
  readonly generation: number;
  readonly notBefore: string;
  /** When it stopped proving anything new; absent for the one in use. */
  readonly notAfter?: string;
}

export type Generations = Readonly<Record<string, readonly Generation[]>>;

const WHEN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

export const generations = JSON.parse(
  readFileSync(new URL('keys.json', import.meta.url), 'utf8'),
) as Generations;

/**
 * The newest first. To rotate is to add a line with the next number, to give the one before it a `notAfter`, and to deploy.
 * What an old key signed has to verify for as long as it is kept, so no line is ever taken away.
 */
export function generationsOf(all: Generations, purpose: string): readonly Generation[] {
  const lines = all[purpose] ?? [{ generation: 1, notBefore: '2026-01-01T00:00:00Z' }];
  const problem = lines
    .map((line, index) => problemOf(line, lines[index - 1], index))
    .find(Boolean);
  if (problem) throw new Error(`keys.json, ${purpose}: ${problem}`);
  if (lines.at(-1)?.notAfter !== undefined)
    throw new Error(`keys.json, ${purpose}: none is in use.`);
  return lines.toReversed();
}

function problemOf(
  { generation, notBefore, notAfter }: Generation,
  before: Generation | undefined,
  index: number,
): string | undefined {
  if (generation !== index + 1) return `generation ${index + 1} is missing.`;
  if (![notBefore, notAfter ?? notBefore].every((when) => WHEN.test(when)))
    return `generation ${generation} has a time that is none.`;
  if (before === undefined) return undefined;
  // For the overlap both are good: a process that has not been replaced yet still signs with the old one.
  if (before.notAfter === undefined || before.notAfter < notBefore)
    return `generation ${before.generation} has to be good until the next one is.`;
  return undefined;
}
