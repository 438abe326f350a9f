import { createReadStream } from 'node:fs';
import { EXIT, UserError } from '../errors.ts';
import { guardAnswers } from '../operations/prepare.ts';
import { isObject } from '../project/keyed-json.ts';

/** More than any answers need; a larger file was given by mistake. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads `--answers`: a JSON object from a file, or from standard input for `-`.
 *
 * @throws GuardError, or UserError `E_ANSWERS_FILE`; neither the path nor the content is repeated.
 */
export async function readAnswers(source: string): Promise<Record<string, unknown>> {
  const text = await read(source === '-' ? process.stdin : createReadStream(source));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable('are not JSON');
  }
  // Before a later source may win over them: what was given by mistake is told, used or not.
  await guardAnswers(json);
  if (!isObject(json)) throw unreadable('are not a JSON object');
  return json;
}

async function read(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_BYTES) break;
    }
  } catch {
    throw unreadable('cannot be read');
  }
  if (bytes > MAX_BYTES) throw unreadable('are larger than 1 MiB');
  return Buffer.concat(chunks).toString('utf8');
}

function unreadable(what: string): UserError {
  return new UserError(
    'E_ANSWERS_FILE',
    EXIT.usage,
    `The answers ${what}.`,
    'Give a JSON object whose keys `create-secure-app schema` prints.',
  );
}
