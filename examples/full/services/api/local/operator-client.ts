import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { blob, json } from 'node:stream/consumers';
import type { Result } from '@app/platform/result';
import type { OperatorCommand } from '../commands/operator-command.ts';
import type { BackupCommand } from './backup-command.ts';
import { operatorAddress } from './operator-address.ts';

const NOBODY_LISTENS: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED']);

// Undefined when no service is running: the caller then owns the database's folder itself.
export async function askOperatorSocket(
  command: OperatorCommand,
  address: string = operatorAddress(),
): Promise<Result<string, string> | undefined> {
  const response = await ask(command, address);
  return response && ((await json(response)) as Result<string, string>);
}

// The archive itself, since the service may not write outside its own folder.
export async function askForBackup(
  actor: string,
  address: string = operatorAddress(),
): Promise<Blob | undefined> {
  const response = await ask({ verb: 'backup', actor }, address);
  if (response && response.statusCode !== 200) throw new Error('The service made no backup.');
  return response && blob(response);
}

async function ask(
  command: OperatorCommand | BackupCommand,
  address: string,
): Promise<IncomingMessage | undefined> {
  const asking = request({ socketPath: address, method: 'POST' });
  asking.end(JSON.stringify(command));
  try {
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return response;
  } catch (error) {
    if (NOBODY_LISTENS.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
}
