import { beforeAll, describe, expect, test } from 'vitest';

import { emittedRules } from '../../src/guard/index.ts';
import { judgeRendered, prepare } from '../../src/operations/prepare.ts';
import { judgeTemplates } from '../../src/prove-templates.ts';
import type { RenderedFile } from '../../src/render/render.ts';
import { sha256, type Template } from '../../src/templates.ts';
import { catalogueHere } from '../support/catalogue.ts';
import type { PlantedFault } from './planted-faults/fault.ts';
import { families } from './planted-faults/index.ts';
import { plant } from './planted.ts';
import { moduleOf } from './support/rendered.ts';

let templates: Readonly<Record<string, Template>>;
let rendered: readonly RenderedFile[];
beforeAll(async () => {
  const { files } = (await catalogueHere()).templates;
  templates = Object.fromEntries(files);
  rendered = [...files].map(([path, { text }]) => renderedFile(path, text));
});

const faults = Object.values(families).flat();

describe.each(Object.entries(families))('%s', (_, planted) => {
  test.each(planted)('$rule refuses its fault in $file', async (fault) => {
    const text = faulty(fault);
    const template = { text, sha256: sha256(text) };

    const atBuild = await judgeTemplates({ ...templates, [fault.file]: template }, [fault.file]);
    expect(atBuild.map(({ rule }) => rule)).toContain(fault.rule);

    const file = renderedFile(fault.file, text);
    const atRun = await judgeRendered([file], [...rendered.filter(isNot(file)), file]);
    expect(atRun.map(({ rule }) => rule)).toContain(fault.rule);
  });
});

// Every template is parsed, and judged by every rule.
test('a file is refused for nothing before the fault is planted in it', async () => {
  const files = new Set(faults.map(({ file }) => file));
  expect(await judgeTemplates(templates, [...files])).toEqual([]);
  expect(await judgeRendered(rendered, rendered)).toEqual([]);
});

test('a fault in a template that is respelt stops the whole run', async () => {
  const catalogue = await catalogueHere();
  const fault = faults.find(({ file }) => generatorOf(file) === 'health-check');
  const text = faulty(fault as PlantedFault);
  const { superset } = catalogue.templates;
  const files = new Map(catalogue.templates.files);
  files.set((fault as PlantedFault).file, { text, sha256: sha256(text) });
  const project = {
    name: 'acme',
    packageSpec: 'create-secure-app@0.0.0',
    modules: [moduleOf(catalogue, 'app', ''), moduleOf(catalogue, 'health-check', 'queue')],
  };
  await expect(
    prepare(project, { ...catalogue, templates: { files, superset } }),
  ).rejects.toMatchObject({ code: 'E_GUARD', findings: [{ rule: fault?.rule }] });
});

test('faults stand in every generator, every kind of file, and for every rule that reads files', () => {
  const paths = Object.keys(templates);
  const planted = faults.map(({ file }) => file);
  expect(distinct(planted.map(generatorOf))).toEqual(distinct(paths.map(generatorOf)));
  expect(distinct(planted.map(kindOf))).toEqual(distinct(paths.map(kindOf)));
  // Lockfiles are made for each project; answers are no files.
  const elsewhere = new Set([
    'lockfile-entry',
    'address-in-lockfile',
    'answer-limits',
    'card-number',
  ]);
  const ids = emittedRules.map(({ id }) => id).filter((id) => !elsewhere.has(id));
  expect(distinct(faults.map(({ rule }) => rule))).toEqual(distinct(ids));
});

function faulty({ file, line, fault }: PlantedFault): string {
  const text = templates[file]?.text ?? '';
  expect(text.split(line).length - 1, `${line} stands in ${file} exactly once`).toBe(1);
  return text.replace(line, () => plant(fault));
}

/** As it would arrive if its bytes were made for the project, and so had never been proven. */
function renderedFile(template: string, content: string): RenderedFile {
  return {
    path: template.slice(template.indexOf('/') + 1).replace(/\.hbs$/, ''),
    module: generatorOf(template),
    owner: 'own',
    source: { kind: 'respelt', template },
    content,
    sha256: sha256(content),
  };
}

function isNot(file: RenderedFile): (other: RenderedFile) => boolean {
  return (other) => other.path !== file.path;
}

function generatorOf(path: string): string {
  return path.slice(0, path.indexOf('/'));
}

function kindOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.slice(name.lastIndexOf('.') + 1);
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
