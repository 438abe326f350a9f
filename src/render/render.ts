import type { JsonObject, JsonValue } from '../project/keyed-json.ts';
import { ownedKeys, parseJsonObject, printJson, setKey } from '../project/keyed-json.ts';
import type { Packages } from '../define-generator.ts';
import { type Plan, type PlannedFile, LOCKFILE } from '../plan/plan.ts';
import { type Entry, factsOf } from '../plan/project.ts';
import { seamAt } from '../seams/index.ts';
import { type Template, type TemplateSet, sha256 } from '../templates.ts';
import { renderProse } from './prose.ts';
import { respell } from './specimen.ts';

/** A file with its bytes. */
export interface RenderedFile extends PlannedFile {
  readonly content: string;
  readonly sha256: string;
  /** The content in UTF-8, where it is at hand. */
  readonly bytes?: Uint8Array;
}

export interface Rendered {
  readonly files: readonly RenderedFile[];
  /** The keys we own, by path of the package.json. */
  readonly keys: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;
}

/**
 * Turns a plan into bytes. Nothing is written; a template that fails stops the run.
 *
 * @throws UserError `E_TEMPLATE`
 */
export async function render(plan: Plan, templates: TemplateSet): Promise<Rendered> {
  const keys: Record<string, Record<string, JsonValue>> = {};
  const files: RenderedFile[] = [];
  for (const file of plan.files) {
    if (file.source.kind === 'verbatim') {
      files.push(verbatim(file, templateAt(templates, file.source.template)));
      continue;
    }
    let content: string;
    if (file.source.kind === 'keyed') {
      const json = keyedJson(plan, file, templates);
      keys[file.path] = Object.fromEntries(ownedKeys(json));
      content = printJson(json);
    } else content = await contentOf(plan, file, templates);
    files.push({ ...file, content, sha256: sha256(content) });
  }
  return { files, keys };
}

/** Its text is decoded when something reads it, which is seldom. */
function verbatim(file: PlannedFile, template: Template): RenderedFile {
  const { sha256: hash, bytes } = template;
  return {
    ...file,
    get content() {
      return template.text;
    },
    sha256: hash,
    ...(bytes ? { bytes } : {}),
  };
}

async function contentOf(plan: Plan, file: PlannedFile, templates: TemplateSet): Promise<string> {
  const { kind, template } = file.source;
  switch (kind) {
    case 'respelt':
      return respellFor(entryOf(plan, file), textOf(templates, template));
    case 'handlebars':
      return renderProse(template, textOf(templates, template), variablesOf(plan, file));
    case 'composed':
      return compose(plan, file);
    case 'built': {
      const entry = entryOf(plan, file);
      const { printBuilt } = await import('./typed-builders.ts');
      const build = entry.generator.builds?.[template];
      if (!build) throw new Error(`no builder for ${template}`);
      return printBuilt(build(factsOf(entry.instance)), file.path);
    }
    case 'verbatim':
    case 'keyed':
      throw new Error(`a ${kind} file is not rendered as text`);
  }
}

function textOf(templates: TemplateSet, path: string): string {
  return templateAt(templates, path).text;
}

/** Compared with its hash when its pack was read; a caller with templates of its own answers for them. */
function templateAt(templates: TemplateSet, path: string): Template {
  const template = templates.files.get(path);
  if (template) return template;
  throw new Error(`there is no template ${path}`);
}

function keyedJson(plan: Plan, file: PlannedFile, templates: TemplateSet): JsonObject {
  let json = parseJsonObject(textOf(templates, file.source.template), file.path);
  if (file.path === 'package.json') json = described(json, plan);
  for (const entry of plan.entries) {
    for (const [key, value] of Object.entries(packagesOf(entry)[file.path] ?? {})) {
      json = setKey(json, key, value);
    }
  }
  return json;
}

function packagesOf({ generator: { packages }, instance }: Entry): Packages {
  return typeof packages === 'function' ? packages(instance.answers) : packages;
}

function described(json: JsonObject, plan: Plan): JsonObject {
  const description = String(plan.entries[0]?.instance.answers['description'] ?? '');
  return setKey(setKey(json, 'name', plan.project.name), 'description', description);
}

function compose(plan: Plan, file: PlannedFile): string {
  const seam = seamAt(file.path);
  if (!seam) throw new Error(`no seam composes ${file.path}`);
  return seam.compose(plan.entries.filter(seam.takes), plan.project.packageSpec);
}

function variablesOf(plan: Plan, file: PlannedFile): Record<string, unknown> {
  const { instance } = entryOf(plan, file);
  return {
    ...instance.answers,
    project: plan.project.name,
    packageSpec: plan.project.packageSpec,
    packageName: plan.project.packageSpec.replace(/(?<!^)@[^@]*$/, ''),
  };
}

function respellFor({ generator, instance }: Entry, text: string): string {
  return generator.specimen ? respell(text, generator.specimen, instance.name) : text;
}

function entryOf(plan: Plan, file: PlannedFile): Entry {
  const entry = plan.entries.find(({ instance }) => instance.module === file.module);
  if (!entry) throw new Error(`no module ${file.module}`);
  return entry;
}

/** Files whose bytes were not proven when the package was built, and which the guard therefore reads now. */
export function unproven(rendered: Rendered): RenderedFile[] {
  return rendered.files.filter((file) => file.source.kind !== 'verbatim' && file.path !== LOCKFILE);
}
