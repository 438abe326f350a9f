import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { AnchorLog } from '../anchors.ts';
import { openPrivate, readPrivate } from './private-file.ts';

const TAIL_BYTES = 8_192;
const APPEND = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;

/** A file of lines. What a crash cut in half was never acknowledged, and is no line. */
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

// From the end: the file holds more than a year of lines.
async function lastLine(file: FileHandle): Promise<string | undefined> {
  const { size } = await file.stat();
  for (let length = TAIL_BYTES; ; length *= 2) {
    const position = Math.max(size - length, 0);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
    const lines = wholeLines(buffer.toString('utf8', 0, bytesRead));
    // The first one may have begun before what was read.
    if (position === 0 || lines.length > 1) return lines.at(-1);
  }
}

function wholeLines(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}
