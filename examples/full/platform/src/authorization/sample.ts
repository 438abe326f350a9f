import type { Resource } from '../authorization.ts';
import type { Declared } from './attributes.ts';
import type { SchemaModel } from './schema-model.ts';
import { TENANT, USER } from './schema-model.ts';

export interface Relation {
  readonly title: string;
  readonly owned: boolean;
  readonly inTenant: boolean;
}

type Related = Pick<Relation, 'owned' | 'inTenant'>;

/** How a resource of this type can relate to the caller, as far as its attributes tell. */
export function relationsOf(model: SchemaModel, type: string): readonly Relation[] {
  const attributes = Object.values(model.types.get(type)?.attributes ?? {});
  const names = (entity: string) =>
    type === entity || attributes.some(({ name }) => name === entity);
  const owners = names(USER) ? [true, false] : [true];
  const tenants = names(TENANT) ? [true, false] : [true];

  return tenants.flatMap((inTenant) =>
    owners.map((owned) => ({
      owned,
      inTenant,
      title: `${owned ? 'own' : "another's"}, ${inTenant ? 'same' : 'other'} tenant`,
    })),
  );
}

/** A resource in that relation to the caller; whatever else it has is empty. */
export function sampleOf(model: SchemaModel, type: string, relation: Related): Resource {
  const id = valueOf(model, { type: 'Entity', name: type }, relation);
  return {
    type,
    id: id === '' ? 'resource' : String(id),
    attributes: attributesOf(model, type, relation),
  };
}

function attributesOf(
  model: SchemaModel,
  type: string,
  relation: Related,
): Record<string, unknown> {
  const attributes = model.types.get(type)?.attributes ?? {};
  return Object.fromEntries(
    Object.entries(attributes).map(([key, declared]) => [key, valueOf(model, declared, relation)]),
  );
}

function valueOf(model: SchemaModel, declared: Declared, relation: Related): unknown {
  const { type, name, attributes = {} } = model.types.get(declared.type) ?? declared;
  if (name === USER) return relation.owned ? 'caller' : 'somebody-else';
  if (name === TENANT) return relation.inTenant ? 'tenant' : 'another-tenant';
  if (type === 'Long') return 0;
  if (type === 'Bool') return false;
  if (type === 'Set') return [];
  if (type !== 'Record') return '';
  return Object.fromEntries(
    Object.entries(attributes).map(([key, part]) => [key, valueOf(model, part, relation)]),
  );
}
