import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { join, relative } from 'node:path';
import { blob, json } from 'node:stream/consumers';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { strictObject } from '../http/schemas.ts';
import type { Result } from '../result.ts';

/** A command of an operator, under the name by which the running service knows it. */
interface OperatorRequest {
  readonly name: string;
  readonly command: unknown;
}

/** The socket of the service that owns the folder of an embedded database. */
// Relative, because the operating system limits the path of a socket to about 100 characters.
export function operatorAddress(folder: string): string {
  if (process.platform !== 'win32') return relative(process.cwd(), join(folder, 'operator.sock'));
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return `\\\\.\\pipe\\operator-${name}`;
}

export const BackupCommand = strictObject({
  verb: Type.Literal('backup'),
  actor: Type.String({ minLength: 1, maxLength: 200 }),
});
export type BackupCommand = Static<typeof BackupCommand>;

const NOT_LISTENING: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED']);

// Undefined if no service is running. The caller then opens the database's folder itself.
export async function askOperatorSocket(
  command: OperatorRequest,
  address: string,
): Promise<Result<string, string> | undefined> {
  const response = await ask(command, address);
  return response && ((await json(response)) as Result<string, string>);
}

// Returns the archive itself, because the service may not write outside its own folder.
export async function askForBackup(actor: string, address: string): Promise<Blob | undefined> {
  const response = await ask({ verb: 'backup', actor }, address);
  if (response && response.statusCode !== 200) throw new Error('The service made no backup.');
  return response && blob(response);
}

async function ask(
  command: OperatorRequest | BackupCommand,
  address: string,
): Promise<IncomingMessage | undefined> {
  const asking = request({ socketPath: address, method: 'POST' });
  asking.end(JSON.stringify(command));
  try {
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return response;
  } catch (error) {
    if (NOT_LISTENING.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
}
