import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Result } from '@app/platform/result';
import type { OperatorCommand } from '../commands/operator-command.ts';
import { operatorAddress } from './operator-address.ts';

const NOBODY_LISTENS: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED']);

// Undefined when no service is running: the caller then owns the database's folder itself.
export async function askOperatorSocket(
  command: OperatorCommand,
  address: string = operatorAddress(),
): Promise<Result<string, string> | undefined> {
  const asking = request({ socketPath: address, method: 'POST' });
  asking.end(JSON.stringify(command));
  try {
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return (await json(response)) as Result<string, string>;
  } catch (error) {
    if (NOBODY_LISTENS.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
}
