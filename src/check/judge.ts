import {
  type Finding,
  type Project,
  type Rule,
  type SourceFile,
  scanFiles,
} from '../guard/index.ts';
import { WITHHELD } from '../guard/public-name.ts';
import { SOURCE_FILE } from '../guard/syntax/parse.ts';
import { crossOut } from './cross-out.ts';
import { type ProjectRule, suppressionIncomplete, suppressionUnused } from './finding-rules.ts';
import { type Seen, isDoubtful } from './second-look.ts';
import { type Kind, concerns, kindOf } from './kinds.ts';
import { type Suppression, suppressionsIn } from './suppressions.ts';

/** A finding with the line it stands on, which never leaves this program. */
export interface Found {
  readonly finding: Finding;
  readonly line: string;
}

export interface Accepted extends Found {
  readonly by: 'comment' | 'baseline';
  readonly reason: string;
}

export interface Judged {
  readonly found: readonly Found[];
  readonly accepted: readonly Accepted[];
  /** It did not parse, so only its text was judged. */
  readonly unparsed: boolean;
}

export interface Judging {
  readonly rules: readonly Rule[];
  readonly project: Project;
  /** A project of ours answers for sources that do not parse; in others they may be another language. */
  readonly ours: boolean;
  readonly now: Date;
}

/** Judges one file by the rules that concern its kind. */
export async function judgeFile(file: SourceFile, judging: Judging): Promise<Judged> {
  const kind = kindOf(file.path);
  const content = judging.ours
    ? file.content
    : crossOut(file.content, file.path, kind, judging.now);
  const scanned = await scanFiles([{ path: file.path, content }], {
    rules: rulesFor(kind, judging.rules),
    project: judging.project,
  });
  // The guard prints plain names only; here every file has to be found again, and whoever prints takes care of it.
  const findings = scanned.map((finding) =>
    finding.file === WITHHELD ? finding : { ...finding, file: file.path },
  );
  const look = judging.ours || findings.length === 0 ? undefined : looker(file);
  const dialect = !judging.ours && SOURCE_FILE.test(file.path);
  const kept = findings.filter(
    (finding) =>
      !(dialect && finding.rule === 'unreadable') &&
      !isValidated(finding, file.path, judging) &&
      !(look && isDoubtful(look(finding))) &&
      !(look && isToldTwice(finding, findings)) &&
      !(look && isNextRow(finding, findings, look)),
  );
  const suppressed = suppress(kept, file, kind, judging.rules);
  return {
    ...suppressed,
    unparsed:
      kept.length < findings.length &&
      dialect &&
      findings.some(({ rule }) => rule === 'unreadable'),
  };
}

/** A password in a row of accounts is one thing to mend. */
function isToldTwice({ rule, line }: Finding, findings: readonly Finding[]): boolean {
  return (
    rule === 'seeded-account' &&
    findings.some((other) => other.line === line && other.rule.startsWith('secret-'))
  );
}

/** Rows of data that all have one password are one thing to mend. */
function isNextRow(
  finding: Finding,
  findings: readonly Finding[],
  look: (finding: Finding) => Seen,
): boolean {
  if (finding.rule !== 'secret-named-literal' || !/\.(?:json|ya?ml|csv)$/.test(finding.file))
    return false;
  const row = look(finding).line.trim();
  return findings.some(
    (other) =>
      other.rule === finding.rule && other.line < finding.line && look(other).line.trim() === row,
  );
}

/** Longer lines were not written by people, and no name in them is about the finding. */
const LONGEST_LINE = 1000;
const NEARBY = 3;

function looker({ path, content }: SourceFile): (finding: Finding) => Seen {
  const lines = content.split('\n').map((line) => line.slice(0, LONGEST_LINE));
  return (finding) => ({
    finding,
    path,
    line: lines[finding.line - 1] ?? '',
    around: lines.slice(Math.max(0, finding.line - 1 - NEARBY), finding.line + NEARBY).join('\n'),
  });
}

const rulesByKind = new WeakMap<readonly Rule[], Map<Kind, readonly Rule[]>>();

function rulesFor(kind: Kind, rules: readonly Rule[]): readonly Rule[] {
  const known = rulesByKind.get(rules) ?? new Map<Kind, readonly Rule[]>();
  rulesByKind.set(rules, known);
  const made = known.get(kind) ?? rules.filter(({ id }) => concerns(id, kind));
  known.set(kind, made);
  return made;
}

/** Packages that drop or refuse fields which their schema does not name. */
const VALIDATORS =
  /"(?:joi|@hapi\/joi|celebrate|express-validation|zod|yup|ajv|valibot|superstruct|@sinclair\/typebox|typebox|class-validator|arktype|@vinejs\/vine|io-ts|runtypes|koa-joi-router|bodymen|fastest-validator)"\s*:/;

/** Where schemas decide what a body holds, storing it whole is no more than it says. */
function isValidated({ rule }: Finding, path: string, { project, ours }: Judging): boolean {
  if (rule !== 'mass-assignment' || ours) return false;
  const manifests = project.files
    .filter((file) => file.path.endsWith('package.json'))
    .filter((file) => path.startsWith(file.path.slice(0, -'package.json'.length)));
  return manifests.some(({ content }) => VALIDATORS.test(content));
}

function suppress(
  findings: readonly Finding[],
  { path, content }: SourceFile,
  kind: Kind,
  rules: readonly Rule[],
): Omit<Judged, 'unparsed'> {
  const { complete, incomplete } = suppressionsIn(content);
  if (findings.length === 0 && complete.length === 0 && incomplete.length === 0)
    return { found: [], accepted: [] };
  const lines = content.split('\n');
  const at = (finding: Finding): Found => ({ finding, line: lines[finding.line - 1] ?? '' });
  const isKnown = ({ rule, control }: Suppression): boolean =>
    rules.some(({ id, control: held }) => id === rule && held === control);
  const known = complete.filter(isKnown);
  const used = new Set<Suppression>();
  const accepted: Accepted[] = [];
  const found: Found[] = [];
  for (const finding of findings) {
    const match = known.find(
      ({ rule, line }) =>
        rule === finding.rule && (line === finding.line || line === finding.line - 1),
    );
    if (match) {
      used.add(match);
      accepted.push({ ...at(finding), by: 'comment', reason: match.reason });
    } else found.push(at(finding));
  }
  const about = (rule: ProjectRule, line: number): Found =>
    at(projectFinding(rule, shown(findings, path), line));
  // What a document shows of a suppression suppresses nothing there, and need not.
  if (kind !== 'prose') {
    const wrong = [
      ...incomplete,
      ...complete.filter((one) => !isKnown(one)).map(({ line }) => line),
    ];
    const unused = known.filter((one) => !used.has(one));
    found.push(
      ...wrong.map((line) => about(suppressionIncomplete, line)),
      ...unused.map(({ line }) => about(suppressionUnused, line)),
    );
  }
  return { found, accepted };
}

/** The path, or that it is withheld. */
function shown(findings: readonly Finding[], path: string): string {
  return findings[0]?.file ?? path;
}

/** The finding of a rule about the project at a place. */
export function projectFinding(
  rule: ProjectRule,
  file: string,
  line: number,
  reason?: string,
): Finding {
  const { id, control, wayOut } = rule;
  return { rule: id, control, file, line, reason: reason ?? rule.reason, wayOut };
}
