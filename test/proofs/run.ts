import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { overlayProofs, subjectsFor } from './overlay.ts';

const USAGE = `node test/proofs/run.ts <folder> [<subject> ...]
Runs the proofs against a copy of an emitted project whose packages are installed.`;

// Nothing here is about time: a test that takes longer hangs.
const TEST_TIMEOUT_MS = 300_000;

/** What a run leaves in a project, and the history of it: no part of what is proven. */
const NOT_COPIED: ReadonlySet<string> = new Set(['node_modules', '.git', '.data']);

function main([folder, ...asked]: readonly string[]): number {
  if (folder === undefined) return refuse(USAGE);
  const project = resolve(folder);
  if (!existsSync(join(project, 'secure-app.json')))
    return refuse(`${folder} is not a project of create-secure-app.`);
  if (!existsSync(join(project, 'node_modules')))
    return refuse(`Install the packages of ${folder} first: npm ci`);
  const known = subjectsFor(project);
  const unknown = asked.find((subject) => !known.includes(subject));
  if (unknown !== undefined)
    return refuse(`There are no proofs of ${unknown}. There are: ${known.join(', ')}.`);
  const copy = mkdtempSync(join(tmpdir(), 'create-secure-app-proofs-'));
  try {
    copyProject(project, copy);
    overlayProofs(copy, asked.length > 0 ? asked : known);
    return runProofs(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** The files themselves, and links to the packages, so that the copy's own workspaces are what is imported. */
function copyProject(project: string, copy: string): void {
  cpSync(project, copy, {
    recursive: true,
    filter: (source) => !NOT_COPIED.has(basename(source)),
  });
  linkPackages(project, copy);
  const infra = join(project, 'infra/node_modules');
  if (existsSync(infra)) symlinkSync(infra, join(copy, 'infra/node_modules'));
}

function linkPackages(project: string, copy: string): void {
  const from = join(project, 'node_modules');
  const to = join(copy, 'node_modules');
  mkdirSync(to);
  for (const name of readdirSync(from).filter((one) => one !== '@app' && one !== '.cache'))
    symlinkSync(join(from, name), join(to, name));
  mkdirSync(join(to, '@app'));
  for (const workspace of ['platform', ...globSync('services/*', { cwd: copy })])
    symlinkSync(join(copy, workspace), join(to, '@app', basename(workspace)));
}

function runProofs(copy: string): number {
  const node = join(copy, 'node_modules/.bin/node');
  const files = globSync('proofs/*/**/*.test.ts', { cwd: copy, exclude: ['**/node_modules/**'] });
  const { status } = spawnSync(
    existsSync(node) ? node : process.execPath,
    [
      '--test',
      `--test-concurrency=${availableParallelism()}`,
      `--test-timeout=${TEST_TIMEOUT_MS}`,
      ...files.toSorted(),
    ],
    { cwd: copy, stdio: 'inherit' },
  );
  return status ?? 1;
}

function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}

process.exitCode = main(process.argv.slice(2));
