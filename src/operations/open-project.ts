import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Catalogue } from '../catalogue.ts';
import { EXIT, UserError } from '../errors.ts';
import { moduleId } from '../plan/project.ts';
import type { ReadFile } from '../project/comparison.ts';
import { readerOf } from '../project/disk.ts';
import { MANIFEST, type Manifest, parseManifest } from '../project/manifest.ts';
import { assertSound } from '../project/sound-manifest.ts';

/** A project on disk. */
export interface OpenProject {
  /** Absolute. */
  readonly root: string;
  readonly manifest: Manifest;
  readonly read: ReadFile;
}

/** @throws UserError `E_NO_PROJECT`, `E_MANIFEST`, `E_VERSION` */
export function openProject(directory: string, catalogue: Catalogue): OpenProject {
  const root = resolve(directory);
  const read = readerOf(root);
  const text = read(MANIFEST);
  if (text === undefined) throw noProject(root);
  const manifest = parseManifest(text, (id, name) => {
    const generator = catalogue.generators.get(id);
    return generator ? moduleId(generator, name) : id;
  });
  assertSound(manifest.project, catalogue.generators);
  return { root, manifest, read };
}

function noProject(root: string): UserError {
  const parentHasOne = existsSync(join(root, '..', MANIFEST));
  return new UserError(
    'E_NO_PROJECT',
    EXIT.usage,
    `There is no ${MANIFEST} here, so this is not the root of a project made by create-secure-app.`,
    parentHasOne
      ? 'Go one folder up.'
      : 'Go to the root of the project, or create one with `create-secure-app my-app`.',
  );
}
