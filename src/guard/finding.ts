/**
 * One reason to refuse a run. It says where and why, never what was found there: the value may be a live secret, and
 * terminals, CI logs and bug reports are read by more people than the file was meant for.
 */
export interface Finding {
  readonly rule: string;
  /** Id of the control in controls.json that the rule enforces. */
  readonly control: string;
  /** Path within the project, or a pointer into the answers such as `answers/database/name`. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Which attack this would have opened the door to. */
  readonly reason: string;
  readonly wayOut: string;
}

/** Prints a finding for a person: where, which rule, why, and the way out. */
export function formatFinding(finding: Finding): string {
  return [
    `${finding.file}:${finding.line}  ${finding.rule} (${finding.control})`,
    `  ${finding.reason}`,
    `  ${finding.wayOut}`,
  ].join('\n');
}

/** Sorts by place, then rule, and drops repetitions of a rule on one line. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const seen = new Map(
    findings.map((finding) => [`${finding.file}\0${finding.line}\0${finding.rule}`, finding]),
  );
  return [...seen.values()].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.rule, b.rule),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
