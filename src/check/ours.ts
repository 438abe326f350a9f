import { generators } from '../../generators/index.ts';
import { moduleId } from '../plan/project.ts';
import { type JsonObject, type JsonValue, isObject } from '../project/keyed-json.ts';
import { MANIFEST } from '../project/manifest.ts';
import { sha256 } from '../templates.ts';
import * as rule from './finding-rules.ts';
import { type Found, projectFinding } from './judge.ts';

/** Reads a file of the project; undefined where there is none that can be read. */
export type ReadText = (path: string) => string | undefined;

/** Files that hold a claim about the whole project, rather than about themselves. */
const GUARDS =
  /^(?:test\/invariants\/|security\/|\.github\/workflows\/|policies\/|playbooks\/|\.npmrc$|SECURITY\.md$)/;

/** What a manifest may name: a path below the root, spelt plainly. */
const PLAIN_PATH = /^(?!.{0,250}(?:^|\/)\.\.?(?:\/|$))[\w@.+()[\]-][\w@.+()[\] /-]{0,250}$/;

/** What is missing of the controls that a project of ours has to hold. */
export function judgeOurs(read: ReadText): Found[] {
  const manifest = objectIn(read(MANIFEST));
  const files = manifest?.['files'];
  if (!manifest || !isObject(files)) return [found(rule.manifestUnreadable, MANIFEST)];
  return [
    ...recordedFiles(files, read),
    ...tables(manifest, files, read),
    ...npmrc(read('.npmrc')),
  ];
}

function recordedFiles(files: JsonObject, read: ReadText): Found[] {
  return Object.entries(files).flatMap(([path, record]) => {
    if (!PLAIN_PATH.test(path) || !isObject(record)) return [];
    const text = read(path);
    if (text === undefined) return GUARDS.test(path) ? [found(rule.guardRemoved, path)] : [];
    const edited = record['owner'] === 'managed' && record['sha256'] !== sha256(text);
    return edited ? [found(rule.managedEdited, path)] : [];
  });
}

interface Row {
  readonly id: string;
  readonly module: string;
  readonly files: readonly string[];
  readonly table: string;
  readonly line: number;
}

/** The table of each module against what there is, and against what its generator brings. */
function tables(manifest: JsonObject, files: JsonObject, read: ReadText): Found[] {
  const paths = Object.keys(files).filter((path) =>
    /^security\/controls\/[\w-]+\.json$/.test(path),
  );
  const results = paths.flatMap((path): { rows: readonly Row[]; wrong: readonly Found[] }[] => {
    const text = read(path);
    if (text === undefined) return [];
    const rows = rowsIn(text, path);
    return [
      rows ? { rows, wrong: [] } : { rows: [], wrong: [found(rule.manifestUnreadable, path)] },
    ];
  });
  const rows = results.flatMap((result) => result.rows);
  return [
    ...results.flatMap(({ wrong }) => wrong),
    ...rows.flatMap((row) => unheld(row, read)),
    ...unclaimed(manifest, rows),
  ];
}

function rowsIn(text: string, table: string): Row[] | undefined {
  const json = objectIn(text);
  const controls = json?.['controls'];
  if (!json || !Array.isArray(controls)) return undefined;
  return controls.filter(isObject).map((row) => {
    const id = String(row['id']);
    const at = text.indexOf(JSON.stringify(id));
    return {
      id,
      table,
      module: String(json['module']),
      files: [...textsIn(row['code']), ...textsIn(row['tests'])],
      line: text.slice(0, Math.max(0, at)).split('\n').length,
    };
  });
}

function unheld({ id, files, table, line }: Row, read: ReadText): Found[] {
  if (files.length === 0) return [found(rule.controlGone, table, line)];
  return files.flatMap((path) => {
    const text = PLAIN_PATH.test(path) ? read(path) : undefined;
    const named = PLAIN_PATH.test(path) ? path : 'a file that cannot be one';
    if (text === undefined)
      return [
        found(
          rule.controlGone,
          table,
          line,
          `${plainId(id)} is said to be held by ${named}, which is gone.`,
        ),
      ];
    const cites = new RegExp(`\\b${plainId(id)}\\b`).test(text);
    return cites
      ? []
      : [
          found(
            rule.controlUncited,
            path,
            1,
            `It is said to hold ${plainId(id)}, and names that control no more.`,
          ),
        ];
  });
}

/**
 * What the generators say that their modules bring. Where two modules claim one control, each proves a part of it: the
 * row of one does not stand for the other. Those of another version are not known here.
 */
function unclaimed(manifest: JsonObject, rows: readonly Row[]): Found[] {
  const modules = Array.isArray(manifest['modules']) ? manifest['modules'].filter(isObject) : [];
  const missing = modules.flatMap((entry) => {
    const generator = generators.find(({ id }) => id === entry['generator']);
    if (!generator) return [];
    const module = moduleId(generator, String(entry['name'] ?? ''));
    const claimed = new Set(rows.filter((row) => row.module === module).map(({ id }) => id));
    return generator.controls.filter((id) => !claimed.has(id));
  });
  return [...new Set(missing)].map((id) =>
    found(
      rule.controlUnclaimed,
      MANIFEST,
      1,
      `A module brings ${id}, and its table does not say where it is held.`,
    ),
  );
}

const NPMRC: readonly (readonly [name: string, isKept: (value: string) => boolean])[] = [
  ['save-exact', (value) => value === 'true'],
  ['strict-allow-scripts', (value) => value === 'true'],
  ['allow-git', (value) => value === 'none'],
  ['allow-remote', (value) => value === 'none'],
  ['min-release-age', (value) => Number(value) >= 7],
];

function npmrc(text: string | undefined): Found[] {
  // That it is gone is told already.
  if (text === undefined) return [];
  const set = new Map<string, { value: string; line: number }>();
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const [, name = '', value = ''] = /^\s*([\w-]{1,60})\s*=(.{0,200})/.exec(line) ?? [];
    if (name !== '') set.set(name, { value: value.trim(), line: at + 1 });
  }
  const weaker = NPMRC.filter(([name, isKept]) => !isKept(set.get(name)?.value ?? ''));
  const off = set.get('ignore-scripts')?.value === 'true' ? ['ignore-scripts'] : [];
  return [...weaker.map(([name]) => name), ...off].map((name) =>
    found(
      rule.npmrcWeakened,
      '.npmrc',
      set.get(name)?.line ?? 1,
      `${name} is missing or weaker than it was made.`,
    ),
  );
}

function found(about: rule.ProjectRule, file: string, line = 1, reason?: string): Found {
  return { finding: projectFinding(about, file, line, reason), line: '' };
}

function objectIn(text: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function textsIn(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function plainId(id: string): string {
  return /^[A-Z]{2,8}-\d{1,3}$/.test(id) ? id : 'a control without an id';
}
