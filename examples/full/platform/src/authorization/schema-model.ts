import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { NamespaceDefinition } from '@cedar-policy/cedar-wasm/nodejs';
import type { Declared } from './attributes.ts';
import type { SourceFile } from './source.ts';
import { refuse } from './source.ts';

export const USER = 'App::User';
export const ROLE = 'App::Role';
export const TENANT = 'App::Tenant';
export const CONTEXT = 'App::Context';

export interface Action {
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

// A role that is not declared is refused where policies are validated and where they decide. (AUTHZ-1)
function rolesOf(schema: Record<string, Namespace>): readonly string[] {
  const role = schema['App']?.entityTypes['Role'];
  if (role === undefined || !('enum' in role)) {
    throw new Error('The schema declares no closed set of roles: entity Role enum ["..."] in App.');
  }
  return [...role.enum].toSorted();
}

// Groups apply to nothing by themselves and cannot be asked for.
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

// Entities by the shape of their attributes, and what the schema gives a name of its own.
function typesOf([namespace, { entityTypes, commonTypes = {} }]: [string, Namespace]) {
  const shapes = Object.entries(entityTypes).map(([name, type]) => [
    name,
    ('shape' in type ? type.shape : undefined) ?? { type: 'Record', attributes: {} },
  ]);
  return [...shapes, ...Object.entries(commonTypes)].map(
    ([name, type]) => [`${namespace}::${String(name)}`, type] as [string, Declared],
  );
}
