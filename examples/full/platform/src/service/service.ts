import type { FastifyBaseLogger } from 'fastify';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Result } from '../result.ts';
import type { Cloud } from './stores.ts';
import type { CommandConfig, Config } from './config.ts';
import type { Api, Module, Services } from './module.ts';

/** The parts that an app is built from. */
export interface AppParts {
  readonly log: FastifyBaseLogger;
  readonly services: Services;
  readonly modules: readonly Module[];
  readonly publicOrigin: () => string;
  readonly trustedProxies?: readonly string[];
  readonly corsOrigins?: readonly string[];
  readonly limits?: RateLimits;
  /** Routes that exist on a developer's machine only. */
  readonly local?: (app: Api) => Promise<void>;
  /** Records the routes, only while the description of the API is derived. */
  readonly describe?: (app: Api) => Promise<void>;
}

/** The routes of a service, and what builds its app. Only the program that serves loads them. */
export interface ServiceApp {
  readonly modules: readonly Module[];
  readonly buildApp: (parts: AppParts) => Promise<Api>;
}

/** What every program of a service shares: one folder below `services/`. */
export interface Service {
  readonly folder: URL;
  readonly migrationOrder: readonly string[];
  readonly cloud: Cloud | undefined;
  readonly readConfig: (argv: readonly string[]) => Result<Config, readonly string[]>;
  readonly readCommandConfig: () => Result<CommandConfig, readonly string[]>;
  /** The receivers alone: a command guards its egress before it reads anything else. */
  readonly readReceivers: () => Config['receivers'];
}
