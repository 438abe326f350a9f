import { readFile } from 'node:fs/promises';
import { type Catalogue, catalogueOf } from './catalogue.ts';
import { EXIT, UserError } from './errors.ts';
import type { Lockfile } from './lock/index.ts';
import type { Template } from './templates.ts';

let loaded: Promise<Catalogue> | undefined;

/** The generators and templates of this package, read once. */
export function shippedCatalogue(): Promise<Catalogue> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Catalogue> {
  const [templates, superset] = await Promise.all([
    readPacked('templates.json'),
    readPacked('superset.json'),
  ]);
  const { files } = templates as { files: Record<string, Template> };
  return catalogueOf({ files: new Map(Object.entries(files)), superset: superset as Lockfile });
}

/** @throws UserError `E_DAMAGED` */
async function readPacked(name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(new URL(name, import.meta.url), 'utf8'));
  } catch (cause) {
    throw new UserError(
      'E_DAMAGED',
      EXIT.environment,
      `${name} of the installed package is missing or damaged.`,
      'Install the package again.',
      { cause },
    );
  }
}
