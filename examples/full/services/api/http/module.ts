import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Policies } from '@app/platform/authorization';
import type { Database } from '@app/platform/database';
import type { AnchorLog } from '@app/platform/anchors';
import type { KeyStore } from '@app/platform/keys';
import type { SecretStore } from '@app/platform/secrets';
import type { ModuleCommand } from '../commands/module-command.ts';
import type { Environment, Profile } from '../config.ts';

export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface Services {
  readonly database: Database;
  readonly policies: Policies;
  readonly environment: Environment;
  readonly keys: KeyStore;
  readonly secrets: SecretStore;
  readonly anchors: AnchorLog;
}

export interface Module {
  readonly id: string;
  readonly routes: (app: Api, services: Services) => void;
  // Asked by /readyz, which anyone may call: answer from what is known, never by doing the work.
  readonly readiness?: (services: Services) => Promise<boolean>;
  // What goes on beside requests. It is closed after the last of them, and before the database.
  readonly background?: (
    services: Services,
    log: FastifyBaseLogger,
    profile: Profile,
  ) => { close(): Promise<void> } | undefined;
  // What an operator may ask of it, by the name of the module.
  readonly command?: ModuleCommand;
}
