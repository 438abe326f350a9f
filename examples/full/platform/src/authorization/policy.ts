import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { SourceFile } from './source.ts';
import { isConstrained } from './constrained.ts';
import { refuse } from './source.ts';

export interface Policy {
  readonly id: string;
  readonly text: string;
  readonly json: PolicyJson;
}

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Every policy of every file, under its @id: decisions and audit rows name them by it. */
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
