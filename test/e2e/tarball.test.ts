import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder } from '../support/folder.ts';
import { checkout, teamWithPackage } from '../support/tarball.ts';

const script = <T>(name: string): Promise<T> =>
  import(new URL(`../../scripts/${name}.mjs`, import.meta.url).href) as Promise<T>;
const { packageFaults } = await script<{
  packageFaults: (folder: string, root: string, registry: string) => string[];
}>('package-faults');
const { packInto, registryHost } = await script<{
  packInto: (root: string, folder: string) => string;
  registryHost: (root: string) => string;
}>('pack');

/** What a build reads, beside the packages. */
const SOURCES = [
  'src',
  'generators',
  'scripts',
  'templates',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'README.md',
  'LICENSE',
  'plop.js',
];

/** Large, and no part of a build. */
const NOT_NEEDED = /^(?:\.cache|node-linux-.*)$/;

test('the tarball that npm makes holds what is meant to ship, and nothing else', () => {
  const { installed } = teamWithPackage();
  expect(packageFaults(installed, checkout, registryHost(checkout))).toEqual([]);
});

test('the same sources make the same tarball, byte by byte, in another folder', () => {
  const there = join(emptyFolder(), 'a much longer name/of a folder');
  for (const path of SOURCES) {
    cpSync(join(checkout, path), join(there, path), {
      recursive: true,
      filter: (source) => !/[\\/](?:node_modules|\.data|coverage)$/.test(source),
    });
  }
  const modules = join(checkout, 'node_modules');
  for (const name of readdirSync(modules).filter((each) => !NOT_NEEDED.test(each))) {
    const target = join(there, 'node_modules', name);
    cpSync(join(modules, name), target, { recursive: true, verbatimSymlinks: true });
  }
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: there,
    encoding: 'utf8',
  });
  expect(built.status, built.stderr).toBe(0);
  const ours = process.env['PACKAGE_TARBALL'] ?? packInto(checkout, emptyFolder());
  expect(digestOf(packInto(there, there))).toBe(digestOf(ours));
});

function digestOf(file: string): string {
  return createHash('sha512').update(readFileSync(file)).digest('hex');
}
