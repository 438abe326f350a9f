import { controls } from './controls.ts';
import type { Generator } from './define-generator.ts';
import { matches } from './plan/plan.ts';
import { respell } from './render/specimen.ts';
import { type TemplateSet, templatesOf } from './templates.ts';

/** What every command takes. */
const COMMAND_FLAGS = new Set(['yes', 'json', 'debug', 'install', 'git', 'preset', 'answers']);

/** The program of the cloud, and where in it each module has its file. */
const INFRA = 'infra';
const MODULES = 'infra/modules/';

/**
 * Holds every generator against its templates and the others. Returns one sentence a fault; none means that whatever
 * the answers are, each file has an owner and each declaration something behind it.
 */
export function checkGenerators(
  generators: readonly Generator[],
  templates: TemplateSet,
): string[] {
  const ids = new Set(generators.map((generator) => generator.id));
  return [
    ...duplicates(generators.map((generator) => generator.id)).map(
      (id) => `Two generators are called ${id}.`,
    ),
    ...generators.flatMap((generator) => [
      ...checkTemplates(generator, templates),
      ...checkEnvironment(generator, templates),
      ...checkControls(generator, templates),
      ...checkReferences(generator, ids),
      ...checkInfra(generator, templates),
      ...checkRequirements(generator, generators),
      ...checkQuestions(generator),
      ...checkVariant(generator, generators),
    ]),
    ...templatesWithoutGenerator(ids, templates),
    ...cycles(generators),
  ];
}

function checkTemplates(generator: Generator, templates: TemplateSet): string[] {
  const paths = [...templatesOf(templates, generator.id).keys()];
  const { id, files, specimen } = generator;
  if (paths.length === 0) return [`${id} has no templates.`];
  const all =
    paths.map((path) => templates.files.get(`${id}/${path}`)?.text ?? '').join('\n') +
    paths.join('\n');
  return [
    ...paths
      .filter((path) => !files.some((rule) => matches(rule.pattern, path)))
      .map((path) => `${id}: ${path} has no owner.`),
    ...files
      .filter((rule) => !paths.some((path) => matches(rule.pattern, path)))
      .map((rule) => `${id}: the rule for ${rule.pattern} matches no template.`),
    ...(specimen && respell(all, specimen, 'x') === all
      ? [`${id}: no template holds ${specimen}.`]
      : []),
    ...(generator.named && !specimen ? [`${id}: takes a name but has no specimen.`] : []),
    ...Object.keys(generator.builds ?? {})
      .filter((path) => !paths.includes(path))
      .map((path) => `${id}: ${path} is built, but no template shows what it looks like.`),
  ];
}

function checkEnvironment({ id, environment }: Generator, templates: TemplateSet): string[] {
  return environment
    .filter(({ name, readBy }) => !templates.files.get(`${id}/${readBy}`)?.text.includes(name))
    .map(({ name, readBy }) => `${id}: nobody reads ${name}; ${readBy} was to.`);
}

function checkControls(generator: Generator, templates: TemplateSet): string[] {
  const shards = [...templatesOf(templates, generator.id)].filter(([path]) =>
    path.startsWith('security/controls/'),
  );
  const shown = new Set(
    shards.flatMap(([, { text }]) =>
      [...text.matchAll(/"id": "([A-Z]+-\d+)"/g)].map(([, id]) => id),
    ),
  );
  return [
    ...generator.controls
      .filter((id) => !controls.has(id))
      .map((id) => `${generator.id}: there is no control ${id}.`),
    ...generator.controls
      .filter((id) => controls.has(id) && !shown.has(id))
      .map(
        (id) => `${generator.id}: claims ${id} but shows no evidence for it in security/controls.`,
      ),
    ...[...shown]
      .filter((id) => id !== undefined && !generator.controls.includes(id))
      .map((id) => `${generator.id}: shows evidence for ${id} but does not claim it.`),
  ];
}

function checkReferences(
  { id, requires, brings, questions, files }: Generator,
  ids: ReadonlySet<string>,
): string[] {
  const defaults = Object.fromEntries(
    questions.map((question) => [question.key, question.default]),
  );
  const waitedFor = files.flatMap((rule) => rule.with ?? []);
  return [...requires, ...(brings?.(defaults) ?? []), ...waitedFor]
    .filter((other) => !ids.has(other))
    .map((other) => `${id}: there is no generator ${other}.`);
}

/** What a module asks of the cloud stands in one file, is entered into the index, and is there when the program is. */
function checkInfra({ id, files, registers }: Generator, templates: TemplateSet): string[] {
  const asked = [...templatesOf(templates, id)].filter(([path]) => path.startsWith(MODULES));
  const exported = `export const ${registers.infra}: Contribution`;
  const early = asked.filter(([path]) => {
    const rule = files.findLast(({ pattern }) => matches(pattern, path));
    return id !== INFRA && rule?.with !== INFRA;
  });
  return [
    ...early.map(([path]) => `${id}: ${path} would be there without the ${INFRA} module.`),
    ...(registers.infra && !asked.some(([, { text }]) => text.includes(exported))
      ? [`${id}: no file below ${MODULES} exports ${registers.infra}.`]
      : []),
    ...(asked.length > 0 && !registers.infra
      ? [`${id}: has a file below ${MODULES} that no index names.`]
      : []),
  ];
}

/** What is required is added unasked, so there is nobody who could name it. */
function checkRequirements(
  { id, requires }: Generator,
  generators: readonly Generator[],
): string[] {
  return generators
    .filter((other) => requires.includes(other.id) && other.named)
    .map(
      (other) => `${id}: requires ${other.id}, which takes a name that nobody would be asked for.`,
    );
}

function checkQuestions({ id, questions }: Generator): string[] {
  const keys = questions.map((question) => question.key);
  return [
    ...duplicates(keys).map((key) => `${id}: asks ${key} twice.`),
    ...keys
      .filter((key) => key === 'name' || !/^[a-z][A-Za-z0-9]*$/.test(key))
      .map((key) => `${id}: ${key} cannot be the key of a question.`),
  ];
}

/** What people type for it must lead nowhere else. */
function checkVariant(generator: Generator, generators: readonly Generator[]): string[] {
  const { id, variantOf } = generator;
  if (!variantOf) return [];
  const { flag } = variantOf;
  const base = generators.find((other) => other.id === variantOf.id);
  const taken =
    base?.questions.some(({ key }) => key === flag) ||
    generators.some(
      (other) =>
        other !== generator &&
        other.variantOf?.id === variantOf.id &&
        other.variantOf.flag === flag,
    );
  return [
    ...(base && !base.variantOf ? [] : [`${id}: is a variant of ${variantOf.id}, which is none.`]),
    ...(taken ? [`${id}: --${flag} means something else for ${variantOf.id}.`] : []),
    ...(/^[a-z]{3,20}$/.test(flag) && !COMMAND_FLAGS.has(flag)
      ? []
      : [`${id}: --${flag} cannot be the flag of a variant.`]),
  ];
}

function templatesWithoutGenerator(ids: ReadonlySet<string>, templates: TemplateSet): string[] {
  const folders = new Set(
    [...templates.files.keys()].map((path) => path.slice(0, path.indexOf('/'))),
  );
  return [...folders]
    .filter((folder) => !ids.has(folder))
    .map((folder) => `templates/${folder} has no generator.`);
}

function cycles(generators: readonly Generator[]): string[] {
  const requires = new Map(generators.map((generator) => [generator.id, generator.requires]));
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    (requires.get(from) ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      return reaches(next, to, seen.add(next));
    });
  return [...requires.keys()]
    .filter((id) => reaches(id, id, new Set()))
    .map((id) => `${id} requires itself.`);
}

function duplicates(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}
