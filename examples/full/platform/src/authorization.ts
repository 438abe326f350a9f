import type { Caller, CallerFacts } from './caller.ts';
import { readBundle } from './authorization/bundle.ts';
import { evaluate } from './authorization/evaluate.ts';

export { decisionMatrix } from './authorization/decision-matrix.ts';
export { unformatted } from './authorization/format.ts';

export interface Resource {
  readonly type: string;
  readonly id: string;
  /** Plain values; the schema says which of them name entities. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Question<Who extends CallerFacts = Caller> {
  readonly caller: Who;
  /** As Cedar writes it: Notes::Action::"read". */
  readonly action: string;
  readonly resource: Resource;
  readonly now?: Date;
}

export interface Decision {
  readonly allow: boolean;
  /** The @ids that decided, or what was wrong ("error:..."). Empty: nothing permitted it. */
  readonly reasons: readonly string[];
  readonly policyVersion: string;
}

export interface Policies {
  /** SHA-256 of the schema and the policies together. */
  readonly version: string;
  readonly actions: readonly string[];
  readonly roles: readonly string[];
  /** Never throws: whatever goes wrong is a denial. (AUTHZ-5) */
  decide(question: Question): Decision;
}

/** Reads and checks the folder once, before the service listens. What does not pass stops the boot. */
export async function loadPolicies(folder: URL | string): Promise<Policies> {
  const bundle = await readBundle(folder);
  return {
    version: bundle.version,
    actions: bundle.model.actions,
    roles: bundle.model.roles,
    decide: (question) => evaluate(bundle, question),
  };
}
