import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Catalogue, catalogueOf } from './catalogue.ts';
import { EXIT, UserError } from './errors.ts';
import type { Lockfile } from './lock/index.ts';
import type { Template } from './templates.ts';

/**
 * Inlined by the build. Damage shows before a byte is emitted: a template that went missing, one
 * that came from elsewhere, a lock entry that points somewhere else. Whoever can rewrite the package can rewrite these
 * too; that it is the one that was published is npm's integrity hash to prove.
 */
declare const TEMPLATES_SHA256: string;
declare const SUPERSET_SHA256: string;

let loaded: Promise<Catalogue> | undefined;

/** The generators and templates of this package, read once. */
export function shippedCatalogue(): Promise<Catalogue> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Catalogue> {
  const [templates, superset] = await Promise.all([
    readPacked('templates.json', TEMPLATES_SHA256),
    readPacked('superset.json', SUPERSET_SHA256),
  ]);
  const { files } = templates as { files: Record<string, Template> };
  return catalogueOf({ files: new Map(Object.entries(files)), superset: superset as Lockfile });
}

/** @throws UserError `E_DAMAGED` */
async function readPacked(name: string, sha256: string): Promise<unknown> {
  try {
    const bytes = await readFile(new URL(name, import.meta.url));
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw new Error('These are not the bytes that were packed.');
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new UserError(
      'E_DAMAGED',
      EXIT.environment,
      `The installed package of create-secure-app is damaged: its ${name} is missing or was changed.`,
      'Install the package again; nothing was written.',
      { cause },
    );
  }
}
