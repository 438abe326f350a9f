import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  CedarValueJson,
  DetailedError,
  NamespaceDefinition,
} from '@cedar-policy/cedar-wasm/nodejs';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { MOST_ROLES } from './roles.ts';

export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** The files of a folder with this extension, sorted by name, with line ends as in version control. */
export async function readSources(
  folder: URL | string,
  extension: '.cedar' | '.cedarschema',
): Promise<readonly SourceFile[]> {
  const root = folder instanceof URL ? fileURLToPath(folder) : folder;
  const names = (await readdir(root)).filter((name) => name.endsWith(extension)).toSorted();
  return Promise.all(
    names.map(async (name) => ({
      name,
      text: (await readFile(join(root, name), 'utf8')).replaceAll('\r\n', '\n'),
    })),
  );
}

export function refuse(what: string, errors: readonly DetailedError[]): never {
  const lines = errors.map(({ message, help }) =>
    help === null ? message : `${message} (${help})`,
  );
  throw new Error(`${what}: ${lines.join('; ')}`);
}

/** A type as the schema declares it. */
export interface Declared {
  readonly type: string;
  readonly name?: string;
  readonly element?: Declared;
  readonly attributes?: Readonly<Record<string, Declared>>;
}

type Types = ReadonlyMap<string, Declared>;

/**
 * Converts a plain value by its declared type alone, so that no value can pass itself off as an entity. A value of
 * another type throws. (AUTHZ-5)
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

export const USER = 'App::User';
export const ROLE = 'App::Role';
export const TENANT = 'App::Tenant';
const CONTEXT = 'App::Context';

interface Action {
  readonly type: string;
  readonly id: string;
  readonly resourceTypes: readonly string[];
}

export interface SchemaModel {
  readonly text: string;
  readonly roles: readonly string[];
  readonly actions: readonly string[];
  readonly actionByName: ReadonlyMap<string, Action>;
  readonly types: ReadonlyMap<string, Declared>;
}

type Namespace = NamespaceDefinition<string>;

const ACTION_ID = /^[A-Za-z][A-Za-z0-9_.-]*$/;

export function readSchema(sources: readonly SourceFile[]): SchemaModel {
  const text = sources.map((source) => source.text).join('\n');
  const answer = cedar.schemaToJsonWithResolvedTypes(text);
  if (answer.type === 'failure') {
    return refuse(`The schema (${sources.map(({ name }) => name).join(', ')})`, answer.errors);
  }
  const namespaces = Object.entries(answer.json);
  const actionByName = new Map(namespaces.flatMap(actionsOf));
  return {
    text,
    roles: rolesOf(answer.json),
    actions: [...actionByName.keys()].toSorted(),
    actionByName,
    types: new Map(namespaces.flatMap(typesOf)),
  };
}

// Validation and decisions both refuse a role that the schema does not declare. (AUTHZ-1)
function rolesOf(schema: Record<string, Namespace>): readonly string[] {
  const role = schema['App']?.entityTypes['Role'];
  if (role === undefined || !('enum' in role)) {
    throw new Error('The schema declares no closed set of roles: entity Role enum ["..."] in App.');
  }
  if (role.enum.length > MOST_ROLES)
    throw new Error(`The schema declares more than ${MOST_ROLES} roles: group what they may do.`);
  return [...role.enum].toSorted();
}

// Action groups apply to no resource and cannot be requested.
function actionsOf([namespace, { actions }]: [string, Namespace]): [string, Action][] {
  return Object.entries(actions).flatMap(([id, { appliesTo }]): [string, Action][] => {
    if (appliesTo === undefined || appliesTo.resourceTypes.length === 0) return [];
    const type = `${namespace}::Action`;
    const name = `${type}::"${id}"`;
    if (!ACTION_ID.test(id)) throw new Error(`${name} is no name for an action.`);
    if (appliesTo.principalTypes.join() !== USER || appliesTo.context?.type !== CONTEXT) {
      throw new Error(`${name} must apply to principal ${USER} with context ${CONTEXT}.`);
    }
    return [[name, { type, id, resourceTypes: appliesTo.resourceTypes }]];
  });
}

// Entity types by the shape of their attributes, and the named common types.
function typesOf([namespace, { entityTypes, commonTypes = {} }]: [string, Namespace]) {
  const shapes = Object.entries(entityTypes).map(([name, type]) => [
    name,
    ('shape' in type ? type.shape : undefined) ?? { type: 'Record', attributes: {} },
  ]);
  return [...shapes, ...Object.entries(commonTypes)].map(
    ([name, type]) => [`${namespace}::${String(name)}`, type] as [string, Declared],
  );
}
