import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Value } from 'typebox/value';
import { performOperatorCommand, recordBackup } from '../commands/operator-command.ts';
import type { Config } from '../service/config.ts';
import type { Api, Module, Services } from '../service/module.ts';
import { BackupCommand, operatorAddress } from './operator-client.ts';
import { developmentSignIn } from './sign-in.ts';

interface Development {
  readonly routes: (app: Api) => Promise<void>;
  readonly invitation: (origin: string) => string;
  listen(): Promise<void>;
  close(): Promise<void>;
}

/** What a local run adds to the service: a sign-in link and a socket for operators' commands. */
export function developmentOf(
  { profile, database }: Config,
  services: Services,
  modules: readonly Module[],
): Development {
  const signIn = developmentSignIn(profile, services.database);
  let socket: { close(): Promise<void> } | undefined;
  return {
    routes: signIn.routes,
    invitation: (origin) => `Sign in once, within ten minutes: ${signIn.link(origin)}\n`,
    listen: async () => {
      // This process owns the folder. A server also accepts the session of a command.
      if (services.database.kind === 'folder' && database.kind === 'folder')
        socket = await listenForOperator(services, modules, operatorAddress(database.path));
    },
    close: async () => socket?.close(),
  };
}

// Read and write access for the user who runs the service. That user can open the database files as well.
const OWNER_ONLY = 0o177;

// A running service owns the embedded database, so operator commands come through its socket. File permissions
// authenticate the operator: no network port takes these commands, and only the owner of the folder can connect.
export async function listenForOperator(
  services: Services,
  modules: readonly Module[],
  address: string,
): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(services, modules, request, response).catch(() => response.writeHead(500).end());
  });
  // Remove the socket of a killed process. This process owns the folder, so no other process can be listening.
  if (process.platform !== 'win32') rmSync(address, { force: true });
  const mask = process.umask(OWNER_ONLY);
  server.listen(address);
  process.umask(mask);
  await once(server, 'listening');
  return {
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  services: Services,
  modules: readonly Module[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const command: unknown = await json(request);
  response.setHeader('connection', 'close');
  if (Value.Check(BackupCommand, command)) {
    const archive = await recordBackup(services.database, command.actor);
    response.end(await archive.bytes());
    return;
  }
  const outcome = await performOperatorCommand(services, modules, command);
  response.end(JSON.stringify(outcome));
}
