import type { Config } from '../config.ts';
import type { Api, Services } from '../http/module.ts';
import { listenForOperator } from './operator-socket.ts';
import { developmentSignIn } from './sign-in.ts';

export interface Development {
  readonly routes: (app: Api) => Promise<void>;
  readonly invitation: (origin: string) => string;
  listen(): Promise<void>;
  close(): Promise<void>;
}

export function developmentOf(config: Config, services: Services): Development {
  const signIn = developmentSignIn(config.profile, services.database);
  let socket: { close(): Promise<void> } | undefined;
  return {
    routes: signIn.routes,
    invitation: (origin) => `Sign in once, within ten minutes: ${signIn.link(origin)}\n`,
    listen: async () => {
      // A server admits the command beside the service; a folder has one owner, which is us.
      if (services.database.kind === 'folder') socket = await listenForOperator(services);
    },
    close: async () => socket?.close(),
  };
}
