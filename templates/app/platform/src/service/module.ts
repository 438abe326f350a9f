import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { TSchema } from 'typebox';
import type { AnchorLog } from '../audit/anchors.ts';
import type { Policies } from '../authorization/decide.ts';
import type { Database } from '../database/database.ts';
import type { KeyStore } from '../keys/keys.ts';
import type { Result } from '../result.ts';
import type { SecretStore } from '../secrets/secret.ts';
import type { Environment, Profile } from './environment.ts';

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

/** What an operator's command uses, whether it runs within the service or on its own. */
export type OperatorServices = Omit<Services, 'environment' | 'secrets'>;

export interface ModuleCommand {
  readonly schema: TSchema;
  readonly perform: (services: OperatorServices, command: never) => Promise<Result<string, string>>;
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
