import { readFileSync } from 'node:fs';
import { EXIT, UserError } from '../errors.ts';
import { isObject } from '../project/keyed-json.ts';

/** More than any answers need; a larger file was given by mistake. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads `--answers`: a JSON object from a file, or from standard input for `-`.
 *
 * @throws UserError `E_ANSWERS_FILE`; neither the path nor the content is repeated.
 */
export function readAnswers(source: string): Record<string, unknown> {
  const text = read(source);
  if (Buffer.byteLength(text) > MAX_BYTES) throw unreadable('are larger than 1 MiB');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable('are not JSON');
  }
  if (!isObject(json)) throw unreadable('are not a JSON object');
  return json;
}

function read(source: string): string {
  try {
    return readFileSync(source === '-' ? 0 : source, 'utf8');
  } catch {
    throw unreadable('cannot be read');
  }
}

function unreadable(what: string): UserError {
  return new UserError(
    'E_ANSWERS_FILE',
    EXIT.usage,
    `The answers ${what}.`,
    'Give a JSON object whose keys `create-secure-app schema` prints.',
  );
}
