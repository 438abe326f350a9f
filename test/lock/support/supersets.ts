import { readFileSync } from 'node:fs';
import type { LockEntry, Lockfile } from '../../../src/lock/index.ts';

/** A small superset; every entry gets the integrity that the closure insists on. */
export function superset(entries: Record<string, LockEntry>): Lockfile {
  const packages: Record<string, LockEntry> = {
    '': { name: 'templates', workspaces: ['app/platform'] },
    'app/platform': { name: '@app/platform', version: '0.0.0' },
    'node_modules/@app/platform': { resolved: 'app/platform', link: true },
  };
  for (const [name, entry] of Object.entries(entries)) {
    packages[`node_modules/${name}`] = { version: '1.0.0', integrity: 'sha512-AAAA', ...entry };
  }
  return { name: 'templates', lockfileVersion: 3, requires: true, packages };
}

export const templates = new URL('../../../templates/', import.meta.url);

export function realSuperset(): Lockfile {
  return readJson<Lockfile>('package-lock.json');
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(new URL(path, templates), 'utf8')) as T;
}
