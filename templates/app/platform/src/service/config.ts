import type { DatabaseTarget } from '../database/database.ts';
import type { Environment, Profile } from './environment.ts';
import type { StorePlace } from './store-place.ts';

/** What a command beside the service is configured with. */
export interface CommandConfig {
  readonly database: DatabaseTarget;
  /** Where keys, secrets and anchors are kept. */
  readonly stores: StorePlace;
  readonly environment: Environment;
}

/** What a process that serves or works is configured with. */
export interface Config extends CommandConfig {
  readonly profile: Profile;
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  /** Absent only on a developer's machine, where it follows from the port. */
  readonly publicOrigin: string | undefined;
  /** The proxies whose X-Forwarded-For is read. Empty: none. */
  readonly trustedProxies: readonly string[];
  /** The other origins that may read answers. Empty: none. */
  readonly corsOrigins: readonly string[];
  /** Absent: telemetry is off, and none of its code is loaded. */
  readonly telemetryEndpoint: string | undefined;
  /** The addresses that this process reports to, by the variable that names them. */
  readonly receivers: ReadonlyMap<string, string>;
}
