import type { Api, Module, Services } from '../service/module.ts';
import type { Config } from '../service/config.ts';
import { operatorAddress } from './operator-client.ts';
import { listenForOperator } from './operator-socket.ts';
import { developmentSignIn } from './sign-in.ts';

interface Development {
  readonly routes: (app: Api) => Promise<void>;
  readonly invitation: (origin: string) => string;
  listen(): Promise<void>;
  close(): Promise<void>;
}

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
      // A server admits the command beside the service. A folder has one owner, and this process is it.
      if (services.database.kind === 'folder' && database.kind === 'folder')
        socket = await listenForOperator(services, modules, operatorAddress(database.path));
    },
    close: async () => socket?.close(),
  };
}
