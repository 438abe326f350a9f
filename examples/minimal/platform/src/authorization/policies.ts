import { createHash } from 'node:crypto';
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { SchemaModel, SourceFile } from './schema.ts';
import { readSchema, readSources, refuse } from './schema.ts';

/**
 * A permit must name its actions and constrain its principal. Without actions it covers those of future modules;
 * without a principal it is a role that every user has. (AUTHZ-4)
 */
function isConstrained(permit: PolicyJson): boolean {
  return permit.action.op !== 'All' && (namesPrincipal(permit) || conditionOnPrincipal(permit));
}

// `principal is App::User` does not count: every principal is a user.
function namesPrincipal({ principal }: PolicyJson): boolean {
  return principal.op === '==' || principal.op === 'in' || 'in' in principal;
}

function conditionOnPrincipal({ conditions }: PolicyJson): boolean {
  return conditions.some(({ body }) => mentionsPrincipal(body));
}

function mentionsPrincipal(expression: unknown): boolean {
  if (typeof expression !== 'object' || expression === null) return false;
  if ('Var' in expression && expression.Var === 'principal') return true;
  return Object.values(expression).some(mentionsPrincipal);
}

/** The policy files that `cedar format` would change with its default settings. */
export async function unformatted(folder: URL | string): Promise<readonly string[]> {
  const sources = await readSources(folder, '.cedar');
  return sources.filter(({ name, text }) => formatted(name, text) !== text).map(({ name }) => name);
}

function formatted(name: string, text: string): string {
  const answer = cedar.formatPolicies({ policyText: text });
  if (answer.type === 'failure') return refuse(`${name} does not parse`, answer.errors);
  return answer.formatted_policy;
}

export interface Policy {
  readonly id: string;
  readonly text: string;
  readonly json: PolicyJson;
}

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The policies of every file with their @ids. Decisions and audit events name a policy by its @id. */
export function readPolicies(sources: readonly SourceFile[]): readonly Policy[] {
  const foundIn = new Map<string, string>();
  return sources.flatMap((source) =>
    policiesIn(source).map((policy) => {
      const first = foundIn.get(policy.id);
      if (first !== undefined) {
        throw new Error(`@id("${policy.id}") stands in ${first} and again in ${source.name}.`);
      }
      foundIn.set(policy.id, source.name);
      return policy;
    }),
  );
}

function policiesIn({ name, text }: SourceFile): readonly Policy[] {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') return refuse(`${name} does not parse`, parts.errors);
  if (parts.policy_templates.length > 0) {
    throw new Error(
      `${name} holds a policy template: nothing here ever links one, so it is inert.`,
    );
  }
  return parts.policies.map((policy) => readPolicy(name, policy));
}

function readPolicy(file: string, text: string): Policy {
  const answer = cedar.policyToJson(text);
  if (answer.type === 'failure') return refuse(`${file} does not parse`, answer.errors);

  const id = answer.json.annotations?.['id'];
  if (id === undefined || !ID.test(id)) {
    throw new Error(`${file} holds a policy without an @id("like-this"): ${firstLine(text)}`);
  }
  if (answer.json.effect === 'permit' && !isConstrained(answer.json)) {
    throw new Error(
      `${file} @id("${id}") permits without saying what and to whom: ` +
        'name its actions, and a role or a condition on the principal.',
    );
  }
  return { id, text, json: answer.json };
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => /^\s*(permit|forbid)/.test(line)) ?? text.slice(0, 80);
}

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

// The validator reports findings in three lists of a "success", so check each of them.
function validate(model: SchemaModel, policies: readonly Policy[]): void {
  const answer = cedar.validate({
    schema: model.text,
    policies: { staticPolicies: textById(policies) },
    validationSettings: { mode: 'strict' },
  });
  if (answer.type === 'failure') return refuse('The policies do not validate', answer.errors);

  // A warning means a policy that never applies, such as a forbid that forbids nothing. That is expected only while no
  // module declares an action.
  const warnings = model.actions.length === 0 ? [] : answer.validationWarnings;
  const findings = [...answer.validationErrors, ...warnings].map(({ error }) => error);
  if (findings.length > 0) refuse('The policies do not validate', findings);
}

function versionOf(sources: readonly SourceFile[]): string {
  const content = JSON.stringify(sources.map(({ name, text }) => [name, text]));
  return createHash('sha256').update(content, 'utf8').digest('hex');
}

// Cedar caches by version and evicts nothing, so load one bundle per process, not one per request.
function preparse(version: string, model: SchemaModel, policies: readonly Policy[]): void {
  const schema = cedar.preparseSchema(version, model.text);
  if (schema.type === 'failure') return refuse('The schema does not parse', schema.errors);
  const set = cedar.preparsePolicySet(version, { staticPolicies: textById(policies) });
  if (set.type === 'failure') refuse('The policies do not parse', set.errors);
}

function textById(policies: readonly Policy[]): Record<string, string> {
  return Object.fromEntries(policies.map(({ id, text }) => [id, text]));
}
