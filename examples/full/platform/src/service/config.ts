import type { DatabaseTarget } from '../database/database.ts';
import type { Environment, Profile } from './environment.ts';
import type { StorePlace } from './store-place.ts';

/** The configuration of a command. */
export interface CommandConfig {
  readonly database: DatabaseTarget;
  /** The place of keys, secrets and anchors. */
  readonly stores: StorePlace;
  readonly environment: Environment;
}

/** The configuration of a server or worker process. */
export interface Config extends CommandConfig {
  readonly profile: Profile;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  /** Undefined only on a developer's machine, where it follows from the port. */
  readonly publicOrigin: string | undefined;
  /** The proxies whose `X-Forwarded-For` is read. Empty: the header is ignored. */
  readonly trustedProxies: readonly string[];
  /** The other origins whose pages may read answers. Empty: no other origin. */
  readonly corsOrigins: readonly string[];
  /** Undefined: telemetry is off, and its code is not loaded. */
  readonly telemetryEndpoint: string | undefined;
  /** The addresses that this process reports to, by the variable that holds them. */
  readonly receivers: ReadonlyMap<string, string>;
}
