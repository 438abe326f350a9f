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

/** The services that an operator's command uses, within the service or as a process of its own. */
export type OperatorServices = Omit<Services, 'environment' | 'secrets'>;

export interface ModuleCommand {
  readonly schema: TSchema;
  readonly perform: (services: OperatorServices, command: never) => Promise<Result<string, string>>;
}

export interface Module {
  readonly id: string;
  readonly routes: (app: Api, services: Services) => void;
  // Sees each request before the checks, and decides nothing. The access check refuses a route that it adds. (AUTHZ-5)
  readonly observe?: (app: Api, services: Services) => Promise<void>;
  // Called by /readyz, which is public: answer from known state, without expensive work.
  readonly readiness?: (services: Services) => Promise<boolean>;
  // Work besides requests. It is closed after the last request and before the database.
  readonly background?: (
    services: Services,
    log: FastifyBaseLogger,
    profile: Profile,
  ) => { close(): Promise<void> } | undefined;
  // The operator's command of the module, under the module's name.
  readonly command?: ModuleCommand;
}
