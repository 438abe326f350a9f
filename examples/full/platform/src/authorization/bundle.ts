import { createHash } from 'node:crypto';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { Policy } from './policy.ts';
import type { SchemaModel } from './schema-model.ts';
import type { SourceFile } from './source.ts';
import { readPolicies } from './policy.ts';
import { readSchema } from './schema-model.ts';
import { readSources, refuse } from './source.ts';

export interface Bundle {
  readonly version: string;
  readonly model: SchemaModel;
  readonly policies: readonly Policy[];
}

export async function readBundle(folder: URL | string): Promise<Bundle> {
  const schemas = await readSources(folder, '.cedarschema');
  const sources = await readSources(folder, '.cedar');
  const model = readSchema(schemas);
  const policies = readPolicies(sources);
  if (policies.length === 0) throw new Error(`There are no policies in ${String(folder)}.`);

  validate(model, policies);
  const version = versionOf([...schemas, ...sources]);
  preparse(version, model, policies);
  return { version, model, policies };
}

// The validator reports through three lists of a "success", so each of them is looked at.
function validate(model: SchemaModel, policies: readonly Policy[]): void {
  const answer = cedar.validate({
    schema: model.text,
    policies: { staticPolicies: textById(policies) },
    validationSettings: { mode: 'strict' },
  });
  if (answer.type === 'failure') return refuse('The policies do not validate', answer.errors);

  // A warning is a policy that never applies: a wall that is not there. Only while no module has
  // declared an action is that as it should be.
  const warnings = model.actions.length === 0 ? [] : answer.validationWarnings;
  const findings = [...answer.validationErrors, ...warnings].map(({ error }) => error);
  if (findings.length > 0) refuse('The policies do not validate', findings);
}

function versionOf(sources: readonly SourceFile[]): string {
  const content = JSON.stringify(sources.map(({ name, text }) => [name, text]));
  return createHash('sha256').update(content, 'utf8').digest('hex');
}

// Cedar keeps what is parsed under the version and drops nothing: one bundle a process, not one a
// request.
function preparse(version: string, model: SchemaModel, policies: readonly Policy[]): void {
  const schema = cedar.preparseSchema(version, model.text);
  if (schema.type === 'failure') return refuse('The schema does not parse', schema.errors);
  const set = cedar.preparsePolicySet(version, { staticPolicies: textById(policies) });
  if (set.type === 'failure') refuse('The policies do not parse', set.errors);
}

function textById(policies: readonly Policy[]): Record<string, string> {
  return Object.fromEntries(policies.map(({ id, text }) => [id, text]));
}
