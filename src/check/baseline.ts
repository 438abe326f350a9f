import { randomBytes } from 'node:crypto';
import type { Finding } from '../guard/index.ts';
import { isObject } from '../project/keyed-json.ts';
import { baselineExpired, baselineInvalid, baselineUnused } from './finding-rules.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { globSource, hasManyStars } from './gitignore.ts';
import { type Accepted, type Found, projectFinding } from './judge.ts';
import { isReasonEnough } from './reason.ts';

/** Where a project says what it accepts, and until when. */
export const BASELINE = 'security/check-baseline.json';

const FORMAT = 1;

/** A rule, as far as an entry names it. */
export interface Named {
  readonly id: string;
  readonly control: string;
}

/** Longer than that, nobody remembers why. */
const LONGEST_DAYS = 366;
const DAY_MS = 86_400_000;

interface Entry {
  readonly rule: string;
  readonly file: string;
  readonly control: string;
  readonly reason: string;
  readonly expires: string;
  /** Absent where a whole folder is accepted: files that are wrong on purpose. */
  readonly fingerprint?: string;
}

export interface Baseline {
  readonly salt: string;
  readonly entries: readonly Entry[];
  /** Of entries that cannot be read; the text for `findings`. */
  readonly lines: readonly number[];
  /** It is not JSON, or not of this form. */
  readonly damaged: boolean;
}

/** A text that is no baseline accepts nothing. */
export function readBaseline(text: string | undefined): Baseline {
  const none = { salt: '', entries: [], lines: [], damaged: text !== undefined };
  if (text === undefined) return none;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return none;
  }
  if (!isObject(json) || json['format'] !== FORMAT || !Array.isArray(json['accepted'])) return none;
  const { salt, accepted } = json;
  if (typeof salt !== 'string' || !/^[a-f\d]{32}$/.test(salt)) return none;
  const starts = [...text.matchAll(/"rule"\s*:/g)].map(
    ({ index }) => text.slice(0, index).split('\n').length,
  );
  return {
    salt,
    entries: accepted.map(entryOf),
    lines: accepted.map((_, at) => starts[at] ?? 1),
    damaged: false,
  };
}

function entryOf(value: unknown): Entry {
  const given: Record<string, unknown> =
    typeof value === 'object' && value !== null ? { ...value } : {};
  const text = (key: string): string => (typeof given[key] === 'string' ? given[key] : '');
  const fingerprint = text('fingerprint');
  return {
    rule: text('rule'),
    file: text('file'),
    control: text('control'),
    reason: text('reason'),
    expires: text('expires'),
    ...(fingerprint === '' ? {} : { fingerprint }),
  };
}

/** Takes out what the baseline accepts, and adds what is wrong with the baseline itself. */
export function applyBaseline(
  found: readonly Found[],
  baseline: Baseline,
  rules: readonly Named[],
  now: Date,
): { readonly found: readonly Found[]; readonly accepted: readonly Accepted[] } {
  if (baseline.damaged) return { found: [...found, about(baselineInvalid, 1)], accepted: [] };
  const prints = fingerprintsOf(found.map(placeOf), baseline.salt);
  const used = new Set<Entry>();
  const kept: Found[] = [];
  const accepted: Accepted[] = [];
  const valid = baseline.entries.filter((entry) => stateOf(entry, rules, now) === 'valid');
  const matchers = valid.map((entry) => ({ entry, accepts: matcherOf(entry) }));
  for (const [at, one] of found.entries()) {
    const match = matchers.find(({ accepts }) => accepts(one.finding, prints[at] ?? ''))?.entry;
    if (match) {
      used.add(match);
      accepted.push({ ...one, by: 'baseline', reason: match.reason });
    } else kept.push(one);
  }
  for (const [at, entry] of baseline.entries.entries()) {
    const line = baseline.lines[at] ?? 1;
    const state = stateOf(entry, rules, now);
    if (state === 'expired') kept.push(about(baselineExpired, line));
    else if (state === 'invalid') kept.push(about(baselineInvalid, line));
    else if (!used.has(entry)) kept.push(about(baselineUnused, line));
  }
  return { found: kept, accepted };
}

function about(rule: Parameters<typeof projectFinding>[0], line: number): Found {
  return { finding: projectFinding(rule, BASELINE, line), line: '' };
}

function placeOf({ finding: { rule, file }, line }: Found) {
  return { rule, file, line };
}

/** A folder is written `test/fixtures/**`; one finding by its fingerprint. */
function matcherOf(entry: Entry): (finding: Finding, print: string) => boolean {
  const { rule, file, fingerprint } = entry;
  if (fingerprint !== undefined)
    return (finding, print) =>
      finding.rule === rule && finding.file === file && print === fingerprint;
  const paths = new RegExp(`^${globSource(file)}$`);
  return (finding) => (rule === '*' || finding.rule === rule) && paths.test(finding.file);
}

function stateOf(
  entry: Entry,
  rules: readonly Named[],
  now: Date,
): 'valid' | 'expired' | 'invalid' {
  const { rule, file, control, reason, expires, fingerprint } = entry;
  const isFolder = fingerprint === undefined;
  const held = isAboutAccepting(rule) ? undefined : rules.find(({ id }) => id === rule)?.control;
  const anyRule = isFolder && rule === '*' && rules.some((known) => known.control === control);
  const day = dayOf(expires);
  if (!isReasonEnough(reason) || day === undefined) return 'invalid';
  if (!anyRule && (held === undefined || held !== control)) return 'invalid';
  // A pattern for everything would switch the guard off.
  if (isFolder && (!/^[\w@.-]+\/[\w@./*-]+$/.test(file) || hasManyStars(file))) return 'invalid';
  if (day - now.getTime() > LONGEST_DAYS * DAY_MS) return 'invalid';
  return day + DAY_MS <= now.getTime() ? 'expired' : 'valid';
}

/** What is wrong with accepting is mended, and never accepted. */
function isAboutAccepting(rule: string): boolean {
  return /^(?:baseline|suppression)-/.test(rule);
}

/** The first moment of a day that there is. */
function dayOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text
    ? undefined
    : time;
}

/** Whether a date can be one that something is accepted until. */
export function isExpiry(text: string, now: Date): boolean {
  const day = dayOf(text);
  return (
    day !== undefined &&
    day + DAY_MS > now.getTime() &&
    day - now.getTime() <= LONGEST_DAYS * DAY_MS
  );
}

/** A quarter: long enough to mend things, short enough to be asked again. */
const USUAL_DAYS = 90;

export function usualExpiry(now: Date): string {
  return new Date(now.getTime() + USUAL_DAYS * DAY_MS).toISOString().slice(0, 10);
}

/** The baseline that accepts these findings beside what it accepted already; expired and unused entries are dropped. */
export function printBaseline(
  { found, accepted }: { readonly found: readonly Found[]; readonly accepted: readonly Accepted[] },
  before: Baseline,
  {
    reason,
    expires,
    rules,
    now,
  }: {
    readonly reason: string;
    readonly expires: string;
    readonly rules: readonly Named[];
    readonly now: Date;
  },
): string {
  const salt = before.salt === '' ? randomBytes(16).toString('hex') : before.salt;
  const known = new Set(rules.map(({ id }) => id).filter((id) => !isAboutAccepting(id)));
  const all = [...accepted.filter(({ by }) => by === 'baseline'), ...found].sort((a, b) =>
    inOrder(a, b),
  );
  const prints = fingerprintsOf(all.map(placeOf), salt);
  const kept = before.entries.filter((entry) => stateOf(entry, rules, now) === 'valid');
  const entries: Entry[] = kept.filter(({ fingerprint }) => fingerprint === undefined);
  for (const [at, one] of all.entries()) {
    const { rule, control, file } = one.finding;
    if (
      !known.has(rule) ||
      kept.some((entry) => entry.fingerprint === undefined && matcherOf(entry)(one.finding, ''))
    )
      continue;
    const fingerprint = prints[at] ?? '';
    const old = kept.find((entry) => entry.fingerprint === fingerprint);
    entries.push(old ?? { rule, file, control, reason, expires, fingerprint });
  }
  return `${JSON.stringify({ format: FORMAT, salt, accepted: entries }, null, 2)}\n`;
}

function inOrder({ finding: a }: Found, { finding: b }: Found): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || (a.rule < b.rule ? -1 : 1);
}
