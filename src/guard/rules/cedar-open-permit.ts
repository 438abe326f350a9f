import type { Rule } from '../rule.ts';
import { SHIPPED } from '../shipped-files.ts';
import { inTexts } from '../syntax/passages.ts';

const PERMIT = /\bpermit\s{0,40}\(/g;

/** Longer than a policy that people read. */
const LONGEST_POLICY = 4_000;

const CLAUSE = /\b(?<kind>when|unless)\s{0,40}\{(?<body>[^{}]{0,2000})\}/g;

/** Conditions that hold for everyone. */
const ALWAYS =
  /^\s*$|^\s{0,40}\(?\s{0,40}(?:true|1\s{0,9}==\s{0,9}1|!\s{0,9}false|principal\s{0,9}==\s{0,9}principal|resource\s{0,9}==\s{0,9}resource)\s{0,40}\)?\s{0,40}$|\|\|\s{0,40}true\b|\btrue\s{0,40}\|\|/;

export const cedarOpenPermit: Rule = {
  id: 'cedar-open-permit',
  control: 'AUTHZ-4',
  reason:
    'A permit that asks nothing of the caller and the action outvotes every other permit, for everyone and everything.',
  wayOut: 'Name the action, and say what the principal must be to the resource.',
  files: SHIPPED,
  keywords: [/permit\s{0,40}\(/],
  ...inTexts(openPermits),
};

function* openPermits(text: string): Generator<number> {
  for (const { index } of text.matchAll(PERMIT)) {
    const policy =
      text
        .slice(index, index + LONGEST_POLICY)
        .replace(/\/\/[^\n]*/g, '')
        .split(';')[0] ?? '';
    const head = /^permit\s*\((?<head>[^()]*)\)/.exec(policy)?.groups?.['head'];
    if (head !== undefined && isOpen(head, policy.slice(policy.indexOf(')') + 1))) yield index;
  }
}

function isOpen(head: string, conditions: string): boolean {
  const [principal = '', action = ''] = head.split(',').map((part) => part.trim());
  if (!/^principal\b/.test(principal)) return false;
  const clauses = [...conditions.matchAll(CLAUSE)].map(({ groups }) => ({
    kind: groups?.['kind'],
    body: groups?.['body'] ?? '',
  }));
  if (clauses.some(({ kind, body }) => kind === 'when' && ALWAYS.test(body))) return true;
  if (!/^principal(?:\s+is\s+[\w:]+)?$/.test(principal) || action !== 'action') return false;
  // A condition on the resource alone, or only an exception, leaves every action to everyone else. Nested braces are not read, so they count.
  if (clauses.length === 0) return !/\b(?:when|unless)\b/.test(conditions);
  return !clauses.some(
    ({ kind, body }) => kind === 'when' && /\b(?:principal|context|action)\b/.test(body),
  );
}
