import { statSync } from 'node:fs';
import { EXIT, UserError } from '../errors.ts';
import type { Project, Rule } from '../guard/index.ts';
import { WITHHELD, printable, ruleAgainstName } from '../guard/public-name.ts';
import { MANIFEST } from '../project/manifest.ts';
import { type Baseline, BASELINE, applyBaseline, readBaseline } from './baseline.ts';
import { projectRules } from './finding-rules.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { type Accepted, type Found, type Judging, judgeFile } from './judge.ts';
import { MOST_FILES, listFiles } from './list-files.ts';
import { type Content, type Unjudged, readerBelow } from './read-file.ts';
import { rulesForOthers, rulesForOurs } from './rules.ts';
import { UNPARSED_LANGUAGE } from './languages.ts';

/** What was not judged, or not in full: the reason, and how many files or folders. */
export type Gap = Unjudged | 'failed' | 'unparsed' | 'closed' | 'too-many';

export interface Missed {
  readonly count: number;
  /** The first of them. */
  readonly names: readonly string[];
}

const OTHER_LOCK = /(?:^|\/)(?:yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/;

export interface Checked {
  readonly root: string;
  readonly ours: boolean;
  readonly listedBy: 'git' | 'walk';
  readonly judged: number;
  readonly gaps: Readonly<Partial<Record<Gap, Missed>>>;
  /** Files in languages that are read as text only, by extension. */
  readonly languages: Readonly<Record<string, number>>;
  /** Lockfiles whose entries are not judged. */
  readonly otherLocks: readonly string[];
  readonly found: readonly Found[];
  readonly accepted: readonly Accepted[];
  /** Fingerprints of `found`, where the project has a baseline with a salt. */
  readonly fingerprints: readonly string[];
  readonly baseline: Baseline;
  readonly rules: readonly Pick<Rule, 'id' | 'control' | 'reason' | 'wayOut'>[];
}

/**
 * Judges a folder as it is. Nothing in it is run, loaded or written.
 *
 * @throws UserError `E_NO_FOLDER`, `E_NOTHING_TO_CHECK`
 */
export async function check(root: string, now: Date): Promise<Checked> {
  assertFolder(root);
  const { paths, by, closed } = listFiles(root);
  const readFile = readerBelow(root);
  const readText = (path: string): string | undefined => textOf(readFile(path));
  const ours = paths.includes(MANIFEST);
  const own = ours ? rulesForOurs : rulesForOthers;
  const rules = [...own, ...projectRules];
  const judging: Judging = { rules: own, project: projectOf(paths, readText), ours, now };

  const gaps = new Map<Gap, string[]>();
  const miss = (gap: Gap, path: string): void => {
    gaps.set(gap, [...(gaps.get(gap) ?? []), path]);
  };
  for (const folder of closed) miss('closed', folder);
  if (paths.length >= MOST_FILES) miss('too-many', '');

  const languages: Record<string, number> = {};
  const found: Found[] = ours ? (await import('./ours.ts')).judgeOurs(readText) : [];
  const accepted: Accepted[] = [];
  let judged = 0;
  for (const path of paths) {
    const content = readFile(path);
    if ('unjudged' in content) {
      if (content.unjudged !== 'gone') miss(content.unjudged, path);
      continue;
    }
    // It accepts findings, and its fingerprints look as random as they are.
    if (path === BASELINE) continue;
    const language = UNPARSED_LANGUAGE.exec(path)?.[0];
    if (language !== undefined) languages[language] = (languages[language] ?? 0) + 1;
    try {
      const one = await judgeFile({ path, content: content.text }, judging);
      found.push(...one.found);
      accepted.push(...one.accepted);
      if (one.unparsed) miss('unparsed', path);
      judged++;
    } catch {
      // Whatever made a rule fail is in the file, and must not hide the findings of the others.
      miss('failed', path);
    }
  }
  if (judged === 0 && found.length === 0) throw nothingToCheck();
  const baseline = readBaseline(readText(BASELINE));
  const applied = applyBaseline(found.sort(inOrder), baseline, rules, now);
  return {
    root,
    ours,
    listedBy: by,
    judged,
    gaps: await shownGaps(gaps, own),
    languages,
    otherLocks: paths.filter((path) => OTHER_LOCK.test(path)).map(printable),
    found: applied.found,
    accepted: [...accepted, ...applied.accepted],
    fingerprints:
      baseline.salt === '' ? [] : fingerprintsOf(applied.found.map(placeOf), baseline.salt),
    baseline,
    rules,
  };
}

/** How many names of a gap are told. */
const MOST_NAMES = 5;

/** Names as they may be printed: one that holds a secret is withheld. */
async function shownGaps(
  gaps: ReadonlyMap<Gap, readonly string[]>,
  rules: readonly Rule[],
): Promise<Checked['gaps']> {
  const shown: Partial<Record<Gap, Missed>> = {};
  for (const [gap, paths] of gaps) {
    const names: string[] = [];
    for (const path of paths.slice(0, MOST_NAMES))
      names.push((await ruleAgainstName(path, rules)) ? WITHHELD : printable(path));
    shown[gap] = { count: paths.length, names };
  }
  return shown;
}

function assertFolder(root: string): void {
  const stat = statSync(root, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return;
  throw new UserError(
    'E_NO_FOLDER',
    EXIT.usage,
    'There is no folder of that name to check.',
    'Name the root of a project, or run it there without a name.',
  );
}

function nothingToCheck(): UserError {
  return new UserError(
    'E_NOTHING_TO_CHECK',
    EXIT.usage,
    'There is no file here that could be judged, so nothing can be said about it.',
    'Name the root of a project; files that git ignores are not judged.',
  );
}

/** What rules ask about beside the file they read: manifests of packages, and whether a lockfile is there. */
function projectOf(paths: readonly string[], read: (path: string) => string | undefined): Project {
  const files = paths
    .filter((path) =>
      /(?:^|\/)(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/.test(
        path,
      ),
    )
    .map((path) => ({ path, content: path.endsWith('package.json') ? (read(path) ?? '') : '' }));
  return { files };
}

function textOf(content: Content): string | undefined {
  return 'text' in content ? content.text : undefined;
}

function placeOf({ finding: { rule, file }, line }: Found) {
  return { rule, file, line };
}

function inOrder({ finding: a }: Found, { finding: b }: Found): number {
  return compare(a.file, b.file) || a.line - b.line || compare(a.rule, b.rule);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
