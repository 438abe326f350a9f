import type { TProperties } from 'typebox';
import type { DatabaseTarget } from '../database/database.ts';
import type { Environment, Profile, Values } from './environment.ts';

/** The configuration of a command. */
export interface CommandConfig {
  readonly database: DatabaseTarget;
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
  /** The addresses that this process reports to, by the variable that holds them. */
  readonly receivers: ReadonlyMap<string, string>;
}

/** The place of keys, secrets and anchors. */
type StorePlace =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'cloud'; readonly cloud: string };

/** The variables of one cloud: the given ones and the missing ones. */
interface CloudVariables {
  readonly cloud: string;
  readonly given: readonly string[];
  readonly missing: readonly string[];
}

const FOLDER = 'DATA_FOLDER';

/** One sentence per problem. A cloud with missing variables is one: it must never fall back to the folder. */
export function placeProblems(shape: TProperties, values: Values, isRequired: boolean): string[] {
  const clouds = cloudsIn(shape, values);
  const chosen = clouds.filter(({ given }) => given.length > 0);
  const places = [...(FOLDER in values ? [FOLDER] : []), ...chosen.map(({ given }) => given[0])];
  if (places.length === 0 && isRequired) return [required(clouds)];
  if (places.length > 1)
    return [`${places.join(' and ')} name two places for keys, secrets and anchors: unset one.`];
  return chosen.flatMap(({ cloud, given, missing }) =>
    missing.map(
      (name) => `${name} is required beside ${given[0]}: the stores of ${cloud} take all.`,
    ),
  );
}

export function placeOf(shape: TProperties, values: Values, otherwise: string): StorePlace {
  const chosen = cloudsIn(shape, values).find(({ given }) => given.length > 0);
  if (chosen) return { kind: 'cloud', cloud: chosen.cloud };
  const folder = values[FOLDER];
  return { kind: 'folder', path: folder === undefined ? otherwise : String(folder) };
}

function cloudsIn(shape: TProperties, values: Values): CloudVariables[] {
  const names = Map.groupBy(Object.keys(shape), (name) => storesOf(shape, name));
  return [...names].flatMap(([cloud, all]) =>
    cloud === undefined
      ? []
      : [
          {
            cloud,
            given: all.filter((name) => values[name] !== undefined),
            missing: all.filter((name) => values[name] === undefined),
          },
        ],
  );
}

// A variable of a cloud's stores is marked in its schema: { storesOf: 'AWS' }.
function storesOf(shape: TProperties, name: string): string | undefined {
  return (shape[name] as { readonly storesOf?: string }).storesOf;
}

function required(clouds: readonly CloudVariables[]): string {
  const others = clouds.map(({ missing: [first] }) => `, or ${first} and what goes with it,`);
  return `${FOLDER}${others.join('')} is required in production. For a local run, pass --local.`;
}
