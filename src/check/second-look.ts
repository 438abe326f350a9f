import type { Finding } from '../guard/index.ts';

/** A finding in somebody else's project, and the text around it. */
export interface Seen {
  readonly finding: Finding;
  readonly path: string;
  readonly line: string;
  /** The lines right before and after it, itself included. */
  readonly around: string;
}

/** Names beside which a random text is a secret. Beside others it is an id: of a list, a document, a database. */
const NAMES_SECRET =
  /secret|token|passw|pwd|(?:^|[^a-z])pass|key|credential|auth|private|salt|pepper|bearer|sign/i;

/** Files that decide who may do what. */
const DECIDES = /guard|auth|permission|polic|role|access|acl|rbac|middleware|login|session/i;
const ABOUT_CALLER =
  /role|permission|right|scope|polic|requir|rule|allow|grant|user|session|token|auth|caller|claim|credential/i;

/** Whoever is missing is made: that is signing up. */
const MAKES_ONE = /\b(?:create|insert|register|signUp|upsert)\w*\(/;

/** Hashes that are compared with when there is nobody: the answer then takes as long as for somebody. */
const STANDS_IN = /dummy|fake|timing|placeholder|constant|enumerat|not a real|absent|missing/i;

/** One answer's header, or one function's option: whoever wrote it meant that address, not all of them. */
const ONE_ANSWER =
  /access-control-allow-origin|["']?value["']?\s{0,20}:\s{0,20}["']\*["']|\w{0,60}(?:Error|Response)\(/i;

/** What turns a feature on is no way around a check. */
const FEATURE = /_(?:ENABLED|REQUIRED|MODE|STRICT|ON)\b/;
const BYPASS = /SKIP|BYPASS|DISABLE|IGNORE|INSECURE|UNSAFE|MOCK|FAKE|WITHOUT/;

/** `isOwner ? 'admin' : 'member'` asked first. */
const ASKED_FOR = /(?:owner|manager|admin|role|member)[^?\n]{0,120}\?\s{0,4}["'`]/i;

const DOUBTS: Readonly<Record<string, (seen: Seen) => boolean>> = {
  'secret-high-entropy': ({ line }) => !NAMES_SECRET.test(line),
  'secret-in-pieces': ({ line }) => !NAMES_SECRET.test(line),
  'secret-password-hash': ({ around }) => STANDS_IN.test(around),
  'allow-when-missing': ({ path, line, around }) =>
    !DECIDES.test(path) || !ABOUT_CALLER.test(line) || MAKES_ONE.test(around),
  'cors-any-origin': ({ line }) => ONE_ANSWER.test(line),
  'environment-bypass': ({ line }) => FEATURE.test(line) && !BYPASS.test(line),
  'privileged-fallback': ({ around }) => ASKED_FOR.test(around),
};

/**
 * Whether a finding says less in a project of others than in ours. Ours follow conventions that make a shape mean one
 * thing; elsewhere the words around it have to say so too, or a reviewer would be sent after nothing.
 */
export function isDoubtful(seen: Seen): boolean {
  return DOUBTS[seen.finding.rule]?.(seen) ?? false;
}
