import { readFileSync, writeFileSync } from 'node:fs';
import type { Finding } from './findings.ts';

/** A line that was looked at by somebody: no secret, or one that opens nothing any more. */
export interface Accepted {
  readonly path: string;
  readonly rule: string;
  readonly digest: string;
  readonly reason: string;
  // After this day it is a finding again, so that an exception is asked about now and then.
  readonly until: string;
}

const BASELINE = new URL('../../security/secret-baseline.json', import.meta.url);
const DAYS_ACCEPTED = 180;
const DAY = 86_400_000;
const SHORTEST_REASON = 10;

export function readBaseline(): readonly Accepted[] {
  return (JSON.parse(readFileSync(BASELINE, 'utf8')) as { accepted: Accepted[] }).accepted;
}

export function isAccepted(
  { path, rule, digest }: Finding,
  accepted: readonly Accepted[],
  today: string,
): boolean {
  return accepted.some(
    (one) => one.path === path && one.rule === rule && one.digest === digest && one.until >= today,
  );
}

/** Says why it may not, or undefined. */
export function accept(
  findings: readonly Finding[],
  reason: string,
  now: Date,
): string | undefined {
  if (findings.length === 0) return 'Nothing is found on that line.';
  if (reason.trim().length < SHORTEST_REASON) return 'Say why in a sentence: --reason "...".';
  const until = new Date(now.getTime() + DAYS_ACCEPTED * DAY).toISOString().slice(0, 10);
  const added = findings.map(({ path, rule, digest }) => ({ path, rule, digest, reason, until }));
  const all = [...readBaseline(), ...added];
  writeFileSync(BASELINE, `${JSON.stringify({ accepted: all }, null, 2)}\n`);
  return undefined;
}
