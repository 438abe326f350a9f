import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Catalogue, catalogueOf } from '../../src/catalogue.ts';
import type { Lockfile } from '../../src/lock/index.ts';
import { packTemplates } from '../../src/pack-templates.ts';
import type { TemplateSet } from '../../src/templates.ts';

const root = new URL('../../', import.meta.url);

/** The templates as they are in this checkout. */
export async function templatesHere(): Promise<TemplateSet> {
  const { files } = await packTemplates(fileURLToPath(new URL('templates', root)));
  const superset = JSON.parse(
    readFileSync(new URL('templates/package-lock.json', root), 'utf8'),
  ) as Lockfile;
  return { files: new Map(Object.entries(files)), superset };
}

let here: Promise<Catalogue> | undefined;

/** What the package ships, straight from its sources; packed once in a process, since nothing changes it. */
export function catalogueHere(): Promise<Catalogue> {
  here ??= templatesHere().then(catalogueOf);
  return here;
}
