import type { FastifyBaseLogger } from 'fastify';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Result } from '../result.ts';
import type { Cloud } from './backing-services.ts';
import type { CommandConfig, Config } from './config.ts';
import type { Api, Module, Services } from './module.ts';

/** What an app is built from. */
export interface AppParts {
  readonly log: FastifyBaseLogger;
  readonly services: Services;
  readonly modules: readonly Module[];
  readonly publicOrigin: () => string;
  readonly trustedProxies?: readonly string[];
  readonly corsOrigins?: readonly string[];
  readonly limits?: RateLimits;
  /** Routes that exist on a developer's machine and nowhere else. */
  readonly local?: (app: Api) => Promise<void>;
  /** Spans and metrics of each request, where a receiver is configured. */
  readonly observe?: (app: Api) => void;
  /** Records the routes, where the API's description is derived and nowhere else. */
  readonly describe?: (app: Api) => Promise<void>;
}

/** What the platform starts: one folder below `services/`. Modules and app load only in the processes that use them. */
export interface Service {
  readonly folder: URL;
  readonly migrationOrder: readonly string[];
  readonly cloud: Cloud | undefined;
  readonly readConfig: (argv: readonly string[]) => Result<Config, readonly string[]>;
  readonly readCommandConfig: () => Result<CommandConfig, readonly string[]>;
  /** The receivers alone: a command closes its way out before it reads anything else. */
  readonly readReceivers: () => Config['receivers'];
  readonly modules: () => Promise<readonly Module[]>;
  readonly buildApp: (parts: AppParts) => Promise<Api>;
}
