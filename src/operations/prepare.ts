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
  refuseFindings(await scanAnswers(given));
}

/** @throws UserError `E_GUARD` with every finding in words, never with what was found. */
export function refuseFindings(findings: readonly Finding[]): void {
  const [first] = findings;
  if (!first) return;
  throw new GuardError(findings, first);
}

/** The guard's refusal, with the findings for machines. */
export class GuardError extends UserError {
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[], first: Finding) {
    const count = findings.length === 1 ? 'one finding' : `${findings.length} findings`;
    super(
      'E_GUARD',
      EXIT.refused,
      `Refused by the guard (${count}); nothing was written.`,
      first.wayOut,
      {
        details: findings.map(formatFinding),
      },
    );
    this.findings = findings;
  }
}
