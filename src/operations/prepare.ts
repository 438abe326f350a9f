import type { Catalogue } from '../catalogue.ts';
import { EXIT, UserError } from '../errors.ts';
import {
  type Finding,
  emittedRules,
  formatFinding,
  scanAnswers,
  scanFiles,
} from '../guard/index.ts';
import { refuseCollisions } from '../plan/collisions.ts';
import { type Plan, planProject } from '../plan/plan.ts';
import type { Project } from '../plan/project.ts';
import { type Rendered, type RenderedFile, render, unproven } from '../render/render.ts';

export interface Prepared {
  readonly plan: Plan;
  readonly rendered: Rendered;
}

/** Plan, render, guard: everything up to the commit, without a byte on disk. */
export async function prepare(project: Project, catalogue: Catalogue): Promise<Prepared> {
  const plan = planProject(project, catalogue.generators, catalogue.templates);
  const rendered = await render(plan, catalogue.templates);
  refuseCollisions(plan.entries, rendered.files);
  refuseFindings(await judgeRendered(unproven(rendered), rendered.files));
  return { plan, rendered };
}

/** Judges files that were rendered now, as part of everything that is emitted with them. */
export function judgeRendered(
  files: readonly RenderedFile[],
  all: readonly RenderedFile[],
): Promise<Finding[]> {
  return scanFiles(files, { rules: emittedRules, project: { files: all } });
}

/** Refuses a secret or a card number that was pasted as an answer, before anything else looks at it. */
export async function guardAnswers(given: unknown): Promise<void> {
  const findings = await scanAnswers(given);
  const [first] = findings;
  if (!first) return;
  throw new GuardError(
    findings,
    `An answer holds what must never be in a project (${counted(findings)}); nothing was written.`,
    'Answer without it. It is not repeated here, but your shell may remember what you typed: revoke it if it is a live secret.',
  );
}

/** @throws UserError `E_GUARD` with every finding in words, never with what was found. */
export function refuseFindings(findings: readonly Finding[]): void {
  const [first] = findings;
  if (!first) return;
  throw new GuardError(
    findings,
    `What would be written breaks a rule of the guard (${counted(findings)}); nothing was written.`,
    `Each finding ends with its way out; \`create-secure-app explain ${first.control}\` says what is protected.`,
  );
}

/** The guard's refusal, with the findings for machines. */
export class GuardError extends UserError {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[], message: string, wayOut: string) {
    super('E_GUARD', EXIT.refused, message, wayOut, { details: findings.map(inWords) });
    this.findings = findings;
  }
}

function counted(findings: readonly Finding[]): string {
  return findings.length === 1 ? 'one finding' : `${findings.length} findings`;
}

/** A line number says nothing about an answer. */
function inWords(finding: Finding): string {
  return formatFinding(finding)
    .replace(/^answers\/arguments\/(\d+):1 /, (_place, at: string) => `argument ${Number(at) + 1} `)
    .replace(/^answers\/(.+):1 /, 'answer "$1" ');
}
