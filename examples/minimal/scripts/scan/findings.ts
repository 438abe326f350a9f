import { createHash } from 'node:crypto';
import { findSecrets } from '@app/platform/secret-shapes';
import { findKnownFormats } from './known-formats.ts';

/** Where something looks like a secret. Never what it is: whoever reads the report would have it too. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  // Of the line, so that it is known again wherever it moves.
  readonly digest: string;
}

const UTF_16 = Buffer.from([0xff, 0xfe]);
const LOOKED_AT_FOR_ZEROS = 8000;

export async function findingsIn(path: string, bytes: Buffer): Promise<readonly Finding[]> {
  const text = textOf(bytes);
  if (text === undefined) return [];
  const found = [...(await findSecrets(text, path)), ...(await findKnownFormats(text, path))];
  const byLine = new Map<number, Finding>();
  for (const { rule, index } of found) {
    const start = text.lastIndexOf('\n', index - 1) + 1;
    if (byLine.has(start)) continue;
    const end = text.indexOf('\n', index);
    const digest = digestOf(text.slice(start, end < 0 ? text.length : end));
    byLine.set(start, { path, line: lineAt(text, start), rule, digest });
  }
  return [...byLine.values()].toSorted((a, b) => a.line - b.line);
}

function textOf(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 2).equals(UTF_16)) return bytes.toString('utf16le');
  return bytes.subarray(0, LOOKED_AT_FOR_ZEROS).includes(0) ? undefined : bytes.toString('utf8');
}

function digestOf(line: string): string {
  return createHash('sha256').update(line.trim()).digest('hex');
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1))
    line += 1;
  return line;
}
