import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Examine } from './finding.ts';

interface Manifest {
  readonly files: Readonly<Record<string, { readonly owner: string; readonly sha256?: string }>>;
}

/** Whether a file that lists the modules was edited by hand: it no longer follows them. */
export const managedFiles: Examine = (root) => {
  const manifest = join(root, 'secure-app.json');
  if (!existsSync(manifest)) return [];
  const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as Manifest;
  return Object.entries(files)
    .filter(([, { owner }]) => owner === 'managed')
    .filter(([path, { sha256 }]) => hashOf(join(root, path)) !== sha256)
    .map(([path]) => ({
      says: `${path} is written from secure-app.json and was edited or removed: modules no longer come and go in it.`,
      mend: `git checkout -- ${path}`,
    }));
};

function hashOf(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  return createHash('sha256').update(text).digest('hex');
}
