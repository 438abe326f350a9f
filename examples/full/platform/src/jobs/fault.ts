import { describeError } from '../described-error.ts';

// No address, no number longer than a status: what looks like a word may be somebody's.
const WORD = /^(?=.{1,60}$)[a-z]+(?:-(?:[a-z]+|[0-9]{1,3}))*$/;
const PLACE = /^[a-zA-Z0-9_.:/@+-]{1,200}$/;

/** An attempt that took longer than its kind may. */
export class TimeOver extends Error {
  override readonly name = 'TimeOver';
}

/** What is kept of an error: its code or kind, and where it arose. (HOOK-6) */
export function faultOf(error: unknown): string {
  const { code, name, frames } = describeError(error);
  const place = frames.find((frame) => PLACE.test(frame));
  return [code ?? name, place].filter((part) => part !== undefined).join(' at ');
}

/** The word that a handler gave, if it is one. */
export function wordOf(failed: string): string {
  return WORD.test(failed) ? failed : 'failed';
}
