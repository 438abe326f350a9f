import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** The folder's files of one kind, by name, with the line ends that version control has. */
export async function readSources(
  folder: URL | string,
  extension: '.cedar' | '.cedarschema',
): Promise<readonly SourceFile[]> {
  const root = folder instanceof URL ? fileURLToPath(folder) : folder;
  const names = (await readdir(root)).filter((name) => name.endsWith(extension)).toSorted();
  return Promise.all(
    names.map(async (name) => ({
      name,
      text: (await readFile(join(root, name), 'utf8')).replaceAll('\r\n', '\n'),
    })),
  );
}

export function refuse(what: string, errors: readonly DetailedError[]): never {
  const lines = errors.map(({ message, help }) =>
    help === null ? message : `${message} (${help})`,
  );
  throw new Error(`${what}: ${lines.join('; ')}`);
}
