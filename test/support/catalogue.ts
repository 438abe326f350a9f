import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Catalogue, catalogueOf } from '../../src/catalogue.ts';
import type { Lockfile } from '../../src/lock/index.ts';
import { type PackedTemplates, packTemplates } from '../../src/pack-templates.ts';
import type { TemplateSet } from '../../src/templates.ts';

const root = new URL('../../', import.meta.url);

/** Names, to the processes of a test run, a file with the templates that the run has packed. */
export const PACKED = 'PACKED_TEMPLATES';

export async function filesFromSources(): Promise<PackedTemplates['files']> {
  return (await packTemplates(fileURLToPath(new URL('templates', root)))).files;
}

/** The templates as they are in this checkout. */
export async function templatesHere(): Promise<TemplateSet> {
  const packed = process.env[PACKED];
  const files = packed
    ? (JSON.parse(readFileSync(packed, 'utf8')) as PackedTemplates['files'])
    : await filesFromSources();
  const superset = JSON.parse(
    readFileSync(new URL('templates/package-lock.json', root), 'utf8'),
  ) as Lockfile;
  return { files: new Map(Object.entries(files)), superset };
}

let here: Promise<Catalogue> | undefined;

/** What the package ships, straight from its sources. */
export function catalogueHere(): Promise<Catalogue> {
  here ??= templatesHere().then(catalogueOf);
  return here;
}
