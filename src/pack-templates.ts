import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DERIVED_FILES } from './derived.ts';
import { sha256, type Template } from './templates.ts';

export interface PackedTemplates {
  readonly files: Readonly<Record<string, Template>>;
}

/** What running a template in place leaves behind; none of it is a template. */
const LEFTOVERS = new Set(['node_modules', '.data', '.DS_Store', 'coverage', '.pulumi']);

/**
 * Every file below the folders of `templates`, by `<generator>/<path>`, in code unit order so that
 * the same templates pack to the same bytes on every machine. Files beside those folders belong to
 * the superset and are left out.
 */
export async function packTemplates(templates: string): Promise<PackedTemplates> {
  const generators = await readdir(templates, { withFileTypes: true });
  const paths: string[] = [];
  for (const generator of generators) {
    if (generator.isDirectory() && !LEFTOVERS.has(generator.name)) {
      paths.push(...(await pathsBelow(templates, generator.name)));
    }
  }
  const files: Record<string, Template> = {};
  for (const path of paths.sort()) files[path] = await pack(join(templates, path), path);
  return { files };
}

async function pathsBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const paths: string[] = [];
  for (const entry of entries) {
    if (LEFTOVERS.has(entry.name)) continue;
    const path = `${folder}/${entry.name}`;
    if (DERIVED_FILES.some((derived) => path.endsWith(`/${derived}`))) continue;
    if (entry.isDirectory()) paths.push(...(await pathsBelow(root, path)));
    else if (entry.isFile()) paths.push(path);
    else throw new Error(`templates/${path} is neither a file nor a folder.`);
  }
  return paths;
}

async function pack(file: string, path: string): Promise<Template> {
  const bytes = await readFile(file);
  const text = bytes.toString('utf8');
  // A byte that UTF-8 cannot carry would be emitted changed, under a hash that still matches.
  if (!bytes.equals(Buffer.from(text, 'utf8'))) throw new Error(`templates/${path} is not UTF-8.`);
  return { sha256: sha256(text), text };
}
