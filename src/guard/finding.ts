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

/** Only says that something looks like a secret; another rule at the same place says which one it is. */
const LEAST_TELLING = 'secret-high-entropy';

/** Sorts by place, then rule, and says what is wrong with a line once. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const seen = new Map(
    findings.map((finding) => [`${placeOf(finding)}\0${finding.rule}`, finding]),
  );
  const told = new Set(
    findings
      .filter(({ rule }) => rule !== LEAST_TELLING && rule.startsWith('secret-'))
      .map(placeOf),
  );
  return [...seen.values()]
    .filter((finding) => finding.rule !== LEAST_TELLING || !told.has(placeOf(finding)))
    .sort((a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.rule, b.rule));
}

function placeOf({ file, line }: Finding): string {
  return `${file}\0${line}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
