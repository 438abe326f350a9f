import { KEYWORDS as FORMATS } from './rules/secret-known-format.ts';

/**
 * Words with single signs between them: lower case but for a capital at the start, and none longer than words are. No
 * form of a key, an address, a number or an assignment can be written so.
 */
const WORDS = /^-{0,2}[A-Z]?[a-z]{0,16}(?:(?:[ .,'-]|, |\. |-{2})[A-Z]?[a-z]{1,16}){0,60}\.?$/;

/** What a passphrase is announced with, even in prose, and how keys of several providers begin. */
const ANNOUNCES = /pass|pwd|secret|token|key|credential|pepper|salt|login|bearer|basic|\bsk-/i;

/** Answers whose name gives their words no second meaning, as `cors: "any"` would. */
const PROSE: ReadonlySet<string> = new Set([
  'arguments',
  'name',
  'description',
  'directory',
  'generator',
  'module',
  '',
]);

/**
 * Whether an answer is so plain that no rule could object to it. Most are, and to compile the patterns of every rule in
 * order to find that out takes longer than anything else in a run.
 */
export function isPlain(name: string, text: string): boolean {
  return PROSE.has(name) && WORDS.test(text) && mentionsNone(text);
}

/** The same for keys of answers and paths of files, several of them a line each. */
export function isPlainName(name: string): boolean {
  const parts = name.toLowerCase().replaceAll('_', '-').split(/[\n/]/);
  return parts.every((part) => WORDS.test(part)) && mentionsNone(name);
}

function mentionsNone(text: string): boolean {
  return !ANNOUNCES.test(text) && !FORMATS.test(text);
}
