import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { type SourceFile, scanAnswers, scanFiles } from '../../src/guard/index.ts';
import type { Finding, Rule } from '../../src/guard/index.ts';
import { plant } from './planted.ts';

/** A file, or a folder of files that are judged together. */
export interface Fixture {
  readonly rule: string;
  readonly kind: 'refused' | 'accepted';
  readonly name: string;
  readonly files: readonly SourceFile[];
  /** `file:line` of each line marked `refused`, sorted. */
  readonly marked: readonly string[];
}

/** Folders of fixtures: of the rules for every project, of those for our own output, and of those for what others wrote. */
export type FixtureSet = 'fixtures' | 'own/fixtures' | 'others/fixtures';

/** `// refused`, `# refused`, `-- refused` or `<!-- refused -->` at the end of a line; taken off before scanning. */
const MARKER = /[ \t]*(?:\/\/|#|--|<!--) refused(?: -->)?$/;

export function fixturesOf(
  rule: string,
  kind: Fixture['kind'],
  set: FixtureSet = 'fixtures',
): Fixture[] {
  const folder = join(folderOf(set), rule, kind);
  return readdirSync(folder).map((name) => {
    const path = join(folder, name);
    const paths = statSync(path).isDirectory() ? filesIn(path) : [path];
    const base = statSync(path).isDirectory() ? path : folder;
    const read = paths.map((file) => readFixture(base, file));
    const marked = read.flatMap(({ file, lines }) => lines.map((line) => `${file.path}:${line}`));
    return { rule, kind, name, files: read.map(({ file }) => file), marked: marked.sort() };
  });
}

export function folderOf(set: FixtureSet): string {
  return join(import.meta.dirname, set);
}

/** Scans as the product would: `*.answers.json` are answers, everything else is files. */
export async function scan(
  fixture: Pick<Fixture, 'files'>,
  rules: readonly Rule[],
): Promise<Finding[]> {
  const [first] = fixture.files;
  if (!first?.path.endsWith('.answers.json')) return scanFiles(fixture.files, { rules });
  return scanAnswers(JSON.parse(first.content), { rules });
}

export function isAnswers(fixture: Fixture): boolean {
  return fixture.name.endsWith('.answers.json');
}

function filesIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
}

/** `dot.npmrc` is `.npmrc` to the guard, and nothing to the tools that read this repository. */
function readFixture(base: string, path: string): { file: SourceFile; lines: number[] } {
  const lines = readFileSync(path, 'utf8').split('\n');
  const content = plant(lines.map((line) => line.replace(MARKER, '')).join('\n'));
  const name = relative(base, path)
    .split(sep)
    .join('/')
    .replace(/(^|\/)dot\./g, '$1.');
  const numbers = lines.flatMap((line, at) => (MARKER.test(line) ? [at + 1] : []));
  return { file: { path: name, content }, lines: numbers };
}
