import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { PACKED, filesFromSources } from './catalogue.ts';

/**
 * The tests write some hundred thousand small files. In memory that takes a tenth of the time. Their size at once, packages
 * included, stays below this.
 */
const MEMORY = '/dev/shm';
const ROOM_IN_BYTES = 6 * 2 ** 30;

/** Gives a run of tests one temporary folder, in memory where there is room, and the templates packed once. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(hasRoom() ? MEMORY : tmpdir(), 'create-secure-app-'));
  process.env['TMPDIR'] = folder;

  const file = join(folder, 'templates.json');
  const pack = async (): Promise<void> =>
    writeFileSync(file, JSON.stringify(await filesFromSources()));
  await pack();
  project.onTestsRerun(pack);
  process.env[PACKED] = file;

  return () => rmSync(folder, { recursive: true, force: true });
}

function hasRoom(): boolean {
  if (process.env['TMPDIR'] || !existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ROOM_IN_BYTES;
}
