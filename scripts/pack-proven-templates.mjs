import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importSource } from './import-source.mjs';

/** Of what the superset's own root makes of a package; no project takes it over. */
const FLAGS = new Set(['dev', 'optional', 'devOptional', 'peer', 'extraneous']);

/**
 * Packs the templates after the guard has judged each of them, every source parsed, and the generators were held
 * against them: at run time what still has its hash is not judged again.
 */
export async function packProvenTemplates(root) {
  const [{ packTemplates }, { catalogueOf }, { judgeTemplates }, { formatFinding }] =
    await Promise.all([
      importSource('src/pack-templates.ts'),
      importSource('src/catalogue.ts'),
      importSource('src/prove-templates.ts'),
      importSource('src/guard/index.ts'),
    ]);
  const templates = await packTemplates(join(root, 'templates'));
  const superset = await lockedPackages(root);
  catalogueOf({ files: new Map(Object.entries(templates.files)), superset });
  const findings = new Set((await judgeTemplates(templates.files)).map(formatFinding));
  if (findings.size > 0)
    throw new Error(`The guard refuses templates.\n${[...findings].join('\n')}`);
  return { templates, superset };
}

/** What a lock may be cut from: the entries of the registry, without what belongs to the superset's root. */
async function lockedPackages(root) {
  const lock = JSON.parse(await readFile(join(root, 'templates/package-lock.json'), 'utf8'));
  const packages = Object.entries(lock.packages)
    .filter(([location, entry]) => location.startsWith('node_modules/') && !entry.link)
    .map(([location, entry]) => [location, withoutFlags(entry)]);
  return { lockfileVersion: lock.lockfileVersion, packages: Object.fromEntries(packages) };
}

function withoutFlags(entry) {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !FLAGS.has(key)));
}
