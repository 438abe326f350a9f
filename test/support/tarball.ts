import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emptyFolderForFile } from './folder.ts';

export const checkout = fileURLToPath(new URL('../../', import.meta.url));

const { packInto, unpackInto } = (await import(
  new URL('../../scripts/pack.mjs', import.meta.url).href
)) as {
  packInto: (root: string, folder: string) => string;
  unpackInto: (tarball: string, folder: string) => void;
};

/** A team's folder: the package as npm would unpack it, plop beside it, and nothing else. */
export interface Team {
  readonly folder: string;
  readonly installed: string;
  readonly cli: string;
  readonly plop: string;
}

/** What would be published: the tarball that a release names, or one packed now for the tests of one file. */
export function teamWithPackage(): Team {
  const folder = emptyFolderForFile();
  const installed = join(folder, 'node_modules/create-secure-app');
  unpackInto(process.env['PACKAGE_TARBALL'] ?? packInto(checkout, folder), installed);
  symlinkSync(join(checkout, 'node_modules/plop'), join(folder, 'node_modules/plop'));
  return {
    folder,
    installed,
    cli: join(installed, 'dist/cli.js'),
    plop: join(folder, 'node_modules/plop/bin/plop.js'),
  };
}
