import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Migration {
  readonly module: string;
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  readonly text: string;
}

const NAME = /^(?<number>\d{4})_[a-z0-9_]+\.sql$/;

// Each file runs in the runner's transaction; one that ends it would commit half of itself.
const TRANSACTION_CONTROL = /^\s*(begin|start\s+transaction|commit|rollback)\s*;/im;

/** The migrations of every module, in the order in which they apply. */
export async function readMigrations(
  folder: URL | string,
  order: readonly string[],
): Promise<readonly Migration[]> {
  const root = folder instanceof URL ? fileURLToPath(folder) : folder;
  const modules = await foldersIn(root);
  const repeated = order.find((module, index) => order.indexOf(module) !== index);
  if (repeated !== undefined) throw new Error(`The migration order names ${repeated} twice.`);

  const unlisted = modules.find((module) => !order.includes(module));
  if (unlisted !== undefined) {
    throw new Error(
      `${join(root, unlisted)} is in no migration order: add it or remove the folder.`,
    );
  }
  const listed = order.filter((module) => modules.includes(module));
  return (await Promise.all(listed.map((module) => readModule(root, module)))).flat();
}

async function foldersIn(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

async function readModule(root: string, module: string): Promise<readonly Migration[]> {
  const names = (await readdir(join(root, module))).toSorted();
  const migrations = await Promise.all(names.map((name) => readMigration(root, module, name)));
  migrations.forEach(({ number, name }, index) => {
    if (number === index + 1) return;
    const problem = number <= index ? 'uses a number twice' : 'leaves a gap before it';
    throw new Error(
      `${module}/${name} ${problem}: number it ${String(index + 1).padStart(4, '0')}, ` +
        'or restore the file that is missing.',
    );
  });
  return migrations;
}

async function readMigration(root: string, module: string, name: string): Promise<Migration> {
  const number = Number(NAME.exec(name)?.groups?.['number'] ?? Number.NaN);
  if (Number.isNaN(number)) {
    throw new Error(`${module}/${name} is no migration: rename it like 0001_what_it_adds.sql.`);
  }
  // Git may check files out with other line ends; that is no edit.
  const text = (await readFile(join(root, module, name), 'utf8')).replaceAll('\r\n', '\n');
  if (TRANSACTION_CONTROL.test(text)) {
    throw new Error(`${module}/${name} begins or ends a transaction: it already runs in one.`);
  }
  return { module, number, name, sha256: sha256(text), text };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
