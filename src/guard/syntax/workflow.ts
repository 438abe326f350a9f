import { type Entry, type Line, entriesIn, entryIn, itemsIn, linesOf } from './yaml-lines.ts';

/** A workflow of GitHub Actions, as far as rules read it. */
export interface Workflow {
  readonly triggers: ReadonlySet<string>;
  readonly permissions: Entry | undefined;
  readonly jobs: readonly Job[];
}

export interface Job {
  readonly offset: number;
  readonly permissions: Entry | undefined;
  /** When it runs at all. */
  readonly condition: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly offset: number;
  readonly uses: string;
  readonly condition: string;
  /** What it is given under `with`. */
  readonly given: ReadonlyMap<string, string>;
  /** The script that it runs, line by line. */
  readonly script: readonly Line[];
}

/** Where GitHub looks for workflows, and nowhere else. */
export const WORKFLOW = /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/;

export function workflowIn(content: string): Workflow {
  const lines = linesOf(content);
  const jobs = entryIn(lines, 'jobs')?.inner ?? [];
  return {
    triggers: triggersIn(entryIn(lines, 'on')),
    permissions: entryIn(lines, 'permissions'),
    jobs: entriesIn(jobs).map(jobOf),
  };
}

/** `on: push`, `on: [push, pull_request]`, a list, or a mapping. */
function triggersIn(entry: Entry | undefined): Set<string> {
  const listed = entry?.value.match(/[\w-]+/g) ?? [];
  const below = entry?.inner ?? [];
  const items = itemsIn(below).flatMap(([line]) => line?.text.match(/^[\w-]+/) ?? []);
  return new Set([...listed, ...items, ...entriesIn(below).map(({ key }) => key)]);
}

function jobOf({ offset, inner }: Entry): Job {
  return {
    offset,
    permissions: entryIn(inner, 'permissions'),
    condition: conditionIn(inner),
    steps: itemsIn(entryIn(inner, 'steps')?.inner ?? []).map(stepOf),
  };
}

function stepOf(lines: readonly Line[]): Step {
  const given = entriesIn(entryIn(lines, 'with')?.inner ?? []);
  return {
    offset: lines[0]?.offset ?? 0,
    uses: entryIn(lines, 'uses')?.value ?? '',
    condition: conditionIn(lines),
    given: new Map(given.map(({ key, value }) => [key, value])),
    script: [entryIn(lines, 'run'), given.find(({ key }) => key === 'script')].flatMap(
      linesOfScript,
    ),
  };
}

function conditionIn(lines: readonly Line[]): string {
  const entry = entryIn(lines, 'if');
  return [entry?.value ?? '', ...(entry?.inner ?? []).map(({ text }) => text)].join(' ');
}

/** In one line, or below a bar. */
function linesOfScript(entry: Entry | undefined): Line[] {
  if (!entry) return [];
  return [{ text: entry.value, offset: entry.offset, indent: 0 }, ...entry.inner];
}

/** Which rights a job's token has by what is written: the job's own word counts before the workflow's. */
export function rightsOf(job: Job, { permissions }: Workflow): Entry | undefined {
  return job.permissions ?? permissions;
}

/** Whether written rights let the token do something: `contents: write`, or everything. */
export function grants(rights: Entry | undefined, scope: string): boolean {
  if (!rights) return false;
  if (rights.value === 'write-all') return true;
  const inline = new RegExp(`\\b${scope}["']?:[ \\t]*["']?write`);
  return inline.test(rights.value) || rights.inner.some(({ text }) => inline.test(text));
}
