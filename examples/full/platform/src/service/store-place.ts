import type { TProperties } from 'typebox';

/** The place of keys, secrets and anchors. */
export type StorePlace =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'cloud'; readonly cloud: string };

type Values = Readonly<Record<string, unknown>>;

interface Cloud {
  readonly cloud: string;
  readonly given: readonly string[];
  readonly missing: readonly string[];
}

const FOLDER = 'DATA_FOLDER';

/** One sentence per problem: no place, two places, or half of a cloud, which must never fall back to the folder. */
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

function cloudsIn(shape: TProperties, values: Values): Cloud[] {
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

function required(clouds: readonly Cloud[]): string {
  const others = clouds.map(({ missing: [first] }) => `, or ${first} and what goes with it,`);
  return `${FOLDER}${others.join('')} is required in production. For a local run, pass --local.`;
}
