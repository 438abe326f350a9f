import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const superset = fileURLToPath(new URL('../../templates/node_modules/', import.meta.url));

const infraPackages = fileURLToPath(
  new URL('../../templates/infra/infra/node_modules', import.meta.url),
);

/**
 * Gives an emitted tree its dependencies without an install: links into the superset's packages, with the project's own
 * workspaces in place of the templates'. Seconds instead of minutes; the real `npm ci` is proven elsewhere.
 */
export function linkDependencies(root: string): void {
  const modules = join(root, 'node_modules');
  mkdirSync(join(modules, '@app'), { recursive: true });
  for (const name of readdirSync(superset)) {
    if (name === '@app' || name === '.package-lock.json') continue;
    if (!name.startsWith('@')) symlinkSync(join(superset, name), join(modules, name));
    else {
      mkdirSync(join(modules, name));
      for (const member of readdirSync(join(superset, name))) {
        symlinkSync(join(superset, name, member), join(modules, name, member));
      }
    }
  }
  symlinkSync(join(root, 'platform'), join(modules, '@app/platform'));
  for (const service of readdirSync(join(root, 'services'))) {
    if (existsSync(join(root, 'services', service, 'package.json'))) {
      symlinkSync(join(root, 'services', service), join(modules, '@app', service));
    }
  }
}

/** The same for the infrastructure, whose packages are its own. Never where npm runs in it: it would empty what is shared. */
export function linkInfraDependencies(root: string): void {
  symlinkSync(infraPackages, join(root, 'infra/node_modules'));
}

/** On the database that every project has with it, whatever server there is besides. */
export const EMBEDDED: NodeJS.ProcessEnv = { TEST_DATABASE_URL: undefined };

/** Runs a command of an emitted project on the pinned Node, as npm would. */
export function runIn(
  root: string,
  command: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv = {},
): SpawnSyncReturns<string> {
  const [file, ...args] = command;
  const path = [join(superset, '.bin'), process.env['PATH'] ?? ''].join(delimiter);
  return spawnSync(file, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_TEST_CONTEXT: undefined,
      NO_COLOR: '1',
      FORCE_COLOR: '0',
      ...env,
      PATH: path,
    },
  });
}
