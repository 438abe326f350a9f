import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnchorLog } from '../audit/anchors.ts';
import type { WritableSecretStore } from '../secrets/secret.ts';
import { Secret, secretMissing } from '../secrets/secret.ts';
import { localKeyStore } from './key-store.ts';
import { openPrivate, readPrivate, replacePrivate } from './private-file.ts';

/** Secrets in files of mode 0600, read at each use: a replaced secret needs no restart. (HOOK-6) */
export function localSecretStore(folder: string): WritableSecretStore {
  // Names contain no dot, so two names never share a file.
  const path = (name: string): string => join(folder, name.replaceAll('/', '.'));

  return {
    async read({ name }) {
      const value = await readPrivate(path(name));
      if (value !== undefined) return new Secret(value);
      throw secretMissing(name);
    },

    async set({ name }, value) {
      if (value.equals('')) throw new TypeError('An empty secret is no secret.');
      await replacePrivate(path(name), value.reveal());
    },
  };
}

const TAIL_BYTES = 8_192;
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;

/** A file with one anchor per line. A half line after a crash was never acknowledged, and is dropped. */
export function localAnchorLog(path: string): AnchorLog {
  return {
    async append(line) {
      if (line.includes('\n')) throw new TypeError('An anchor is one line.');
      const file = await openPrivate(path, APPEND);
      if (file === undefined) throw new Error(`${path} could not be opened.`);
      try {
        await dropHalfLine(file);
        await file.writeFile(`${line}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },

    async last() {
      const file = await openPrivate(path, constants.O_RDONLY);
      if (file === undefined) return undefined;
      return lastLine(file).finally(() => file.close());
    },

    async lines() {
      return wholeLines((await readPrivate(path)) ?? '');
    },
  };
}

async function dropHalfLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const { buffer } = await file.read({ buffer: Buffer.alloc(1), position: Math.max(size - 1, 0) });
  if (size === 0 || buffer.toString() === '\n') return;
  const content = await file.readFile();
  await file.truncate(content.lastIndexOf('\n') + 1);
}

// Read from the end: the file holds more than a year of lines.
async function lastLine(file: FileHandle): Promise<string | undefined> {
  const { size } = await file.stat();
  for (let length = TAIL_BYTES; ; length *= 2) {
    const position = Math.max(size - length, 0);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
    const lines = wholeLines(buffer.toString('utf8', 0, bytesRead));
    // The first line may have begun before the part that was read.
    if (position === 0 || lines.length > 1) return lines.at(-1);
  }
}

function wholeLines(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}

// The stores of one service, which only its user can read. Several processes on one database share the folder.
export function localStores(folder: string) {
  return {
    keys: localKeyStore(join(folder, 'keys')),
    secrets: localSecretStore(join(folder, 'secrets')),
    anchors: localAnchorLog(join(folder, 'anchors.jsonl')),
  };
}
