import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';

/** A type as the schema declares it. */
export interface Declared {
  readonly type: string;
  readonly name?: string;
  readonly element?: Declared;
  readonly attributes?: Readonly<Record<string, Declared>>;
}

export type Types = ReadonlyMap<string, Declared>;

/**
 * A plain value as Cedar reads it, by the declared type alone: whatever keys a value carries, it
 * cannot pass itself off as an entity. What does not fit its type throws. (AUTHZ-5)
 */
export function cedarValue(types: Types, declared: Declared, value: unknown): CedarValueJson {
  const { type, name = '', element, attributes = {} } = types.get(declared.type) ?? declared;
  if (type === 'Entity' && typeof value === 'string')
    return { __entity: { type: name, id: value } };
  if (type === 'String' && typeof value === 'string') return value;
  if (type === 'Long' && Number.isSafeInteger(value)) return value as number;
  if (type === 'Bool' && typeof value === 'boolean') return value;
  if (type === 'Set' && element !== undefined && Array.isArray(value)) {
    return value.map((item) => cedarValue(types, element, item));
  }
  if (type === 'Record' && typeof value === 'object' && value !== null) {
    return cedarRecord(types, attributes, value);
  }
  throw new TypeError(`A value is no ${type}.`);
}

function cedarRecord(
  types: Types,
  attributes: Readonly<Record<string, Declared>>,
  value: object,
): Record<string, CedarValueJson> {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const declared = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
      if (declared === undefined) throw new TypeError(`The schema declares no attribute ${key}.`);
      return [key, cedarValue(types, declared, item)];
    }),
  );
}
