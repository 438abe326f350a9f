import type { EnvironmentVariable, Generator, Owner } from '../define-generator.ts';
import { EXIT, UserError } from '../errors.ts';
import { respell } from '../render/specimen.ts';
import { seams } from '../seams/index.ts';
import { type Template, type TemplateSet, templatesOf } from '../templates.ts';
import { type Entry, type Project, entriesOf, factsOf } from './project.ts';

/** How the bytes of a file come about, in the order of preference. */
export type Source =
  | { readonly kind: 'verbatim'; readonly template: string }
  | { readonly kind: 'respelt'; readonly template: string }
  | { readonly kind: 'handlebars'; readonly template: string }
  | { readonly kind: 'keyed'; readonly template: string }
  | { readonly kind: 'built'; readonly template: string }
  | { readonly kind: 'composed'; readonly template: string };

export interface PlannedFile {
  readonly path: string;
  readonly owner: Owner;
  readonly module: string;
  readonly source: Source;
  /** The generator without whose module it would not be here, besides its own. */
  readonly with?: string;
}

export interface Plan {
  readonly project: Project;
  readonly entries: readonly Entry[];
  /** Sorted by path. */
  readonly files: readonly PlannedFile[];
  readonly environment: readonly EnvironmentVariable[];
  /** Sorted control ids. */
  readonly controls: readonly string[];
}

/** The file every project has besides the planned ones. */
export const LOCKFILE = 'package-lock.json';

/**
 * Decides what a project consists of. Pure: no disk, no clock, no environment.
 *
 * @throws UserError when modules miss what they require, or two claim one path.
 */
export function planProject(
  project: Project,
  generators: ReadonlyMap<string, Generator>,
  templates: TemplateSet,
): Plan {
  const entries = entriesOf(project, generators);
  const present = new Set(entries.map(({ generator }) => generator.id));
  const files = new Map<string, PlannedFile>();
  for (const entry of entries) {
    for (const file of filesOf(entry, templates)) {
      if (file.with !== undefined && !present.has(file.with)) continue;
      const other = files.get(file.path);
      if (other) throw pathTaken(file, other);
      files.set(file.path, file);
    }
  }
  return {
    project,
    entries,
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    environment: entries.flatMap(environmentOf),
    controls: [...new Set(entries.flatMap((entry) => entry.generator.controls))].sort(),
  };
}

function* filesOf(entry: Entry, templates: TemplateSet): Generator_<PlannedFile> {
  const { generator, instance } = entry;
  for (const [templatePath, template] of templatesOf(templates, generator.id)) {
    if (generator.builds && Object.hasOwn(generator.builds, templatePath)) continue;
    const rule = generator.files.findLast((candidate) => matches(candidate.pattern, templatePath));
    if (!rule || (rule.when && !rule.when(instance.answers))) continue;
    const source = sourceOf(generator, rule.owner, templatePath, template);
    yield {
      path: emittedPath(entry, templatePath),
      owner: rule.owner,
      module: instance.module,
      source,
      ...(rule.with === undefined ? {} : { with: rule.with }),
    };
  }
  for (const path of Object.keys(generator.builds ?? {})) {
    yield {
      path: emittedPath(entry, path),
      owner: 'own',
      module: instance.module,
      source: { kind: 'built', template: path },
    };
  }
}
type Generator_<T> = globalThis.Generator<T>;

/** A pattern is one path, or a folder ending in `/**`; `**` alone is everything. */
export function matches(pattern: string, path: string): boolean {
  if (pattern === '**') return true;
  return pattern.endsWith('/**') ? path.startsWith(pattern.slice(0, -2)) : path === pattern;
}

function sourceOf(generator: Generator, owner: Owner, path: string, template: Template): Source {
  const full = `${generator.id}/${path}`;
  if (owner === 'managed') return { kind: 'composed', template: full };
  if (owner === 'keyed') return { kind: 'keyed', template: full };
  if (path.endsWith('.hbs')) return { kind: 'handlebars', template: full };
  const named =
    generator.specimen && respell(template.text, generator.specimen, 'x') !== template.text;
  return { kind: named ? 'respelt' : 'verbatim', template: full };
}

function emittedPath({ generator, instance }: Entry, templatePath: string): string {
  const path = templatePath.replace(/\.hbs$/, '');
  return generator.specimen ? respell(path, generator.specimen, instance.name) : path;
}

function environmentOf({ generator, instance }: Entry): EnvironmentVariable[] {
  const { specimen } = generator;
  if (!specimen) return [...generator.environment];
  const spell = (text: string): string => respell(text, specimen, instance.name);
  return generator.environment.map((variable) => ({
    name: spell(variable.name),
    why: spell(variable.why),
    readBy: spell(variable.readBy),
  }));
}

function pathTaken(file: PlannedFile, other: PlannedFile): UserError {
  return new UserError(
    'E_PATH_TAKEN',
    EXIT.usage,
    `${file.module} and ${other.module} would both write ${file.path}.`,
    'Choose another name.',
  );
}

/** What to type next, from every module that is new in this run and was asked for: not from what only came along. */
export function nextSteps(plan: Plan, added: ReadonlySet<string>): string[] {
  const entries = plan.entries.filter(({ instance }) => added.has(instance.module));
  const needed = new Set(entries.flatMap(({ generator }) => generator.requires));
  return entries
    .filter(({ generator }) => generator.kind === 'app' || !needed.has(generator.id))
    .flatMap(({ generator, instance }) => generator.nextSteps(factsOf(instance)));
}

/** One line a file: the form in which a plan is reviewed. */
export function planLines(plan: Plan): string[] {
  const managedPaths = new Set(seams.map((seam) => seam.path));
  return plan.files.map((file) => {
    const source = managedPaths.has(file.path)
      ? 'all modules'
      : `templates/${file.source.template}`;
    return `${file.owner.padEnd(7)} ${file.path} <- ${source} (${file.source.kind})`;
  });
}
