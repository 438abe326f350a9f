import type { StepResult } from '../after/step-result.ts';
import { installChanged, install, interruptedExit, isInstalled, refresh } from '../after/steps.ts';
import { visible } from '../answers/invisible.ts';
import { EXIT } from '../errors.ts';
import type { Changed } from '../operations/change-project.ts';
import { LOCKFILE, nextSteps } from '../plan/plan.ts';
import { changeLine, isWrite } from '../project/changes.ts';
import { withProgress } from '../terminal/progress.ts';
import { style } from '../terminal/style.ts';
import type { Flags } from './arguments.ts';
import { printJson } from './print.ts';

/** After `generate` and `remove`: brings the checkout up to date, says what was done and what is left to do. */
export async function finishChange(changed: Changed, flags: Flags): Promise<number> {
  const steps = flags.dryRun ? [] : await afterwards(changed, flags);
  const left = changed.changes.filter((change) => change.kind === 'needs-you');
  const failed = steps.some((step) => !step.ok);
  const exit = failed ? EXIT.environment : left.length > 0 ? EXIT.needsYou : 0;
  if (flags.json) printJson(asJson(changed, steps, exit, flags));
  else process.stdout.write(screen(changed, steps, flags));
  return interruptedExit(steps) ?? exit;
}

async function afterwards(changed: Changed, flags: Flags): Promise<StepResult[]> {
  const steps: StepResult[] = [];
  const wrote = changed.changes.some(isWrite);
  if (!flags.install || !wrote || !isInstalled(changed.directory)) return steps;
  const show = (label: string, step: (root: string) => Promise<StepResult>): Promise<StepResult> =>
    flags.json ? step(changed.directory) : withProgress(label, () => step(changed.directory));
  if (changed.npmInstall)
    steps.push(await show('Installing the changed dependencies', installChanged));
  else if (lockMoved(changed))
    steps.push(await show('Installing the locked dependencies', install));
  if (steps.every((step) => step.ok)) steps.push(await show('Writing the derived files', refresh));
  return steps;
}

function screen(changed: Changed, steps: readonly StepResult[], flags: Flags): string {
  const shown = changed.changes.filter((change) => change.kind !== 'unchanged');
  const lines = shown.flatMap((change) => [
    `  ${visible(changeLine(change))}`,
    ...(change.kind === 'needs-you'
      ? change.lines.map((line) => style('yellow', `      ${visible(line)}`))
      : []),
  ]);
  if (shown.every((change) => !isWrite(change))) lines.push('  nothing was written');
  else if (flags.dryRun) lines.push('  a dry run: nothing was written');
  for (const step of steps.filter(({ ok }) => !ok)) {
    lines.push(
      `${style('red', '✖')} Could not ${step.name}. The files are written; this is what was said:`,
      step.detail.replace(/^/gm, '    '),
    );
  }
  const next = typedNext(changed, steps, flags);
  return `${[...lines, ...(next.length > 0 ? ['', 'Next:', ...next.map((line) => `  ${line}`)] : [])].join('\n')}\n`;
}

function typedNext(changed: Changed, steps: readonly StepResult[], flags: Flags): string[] {
  const wrote = changed.changes.some(isWrite);
  const undone = wrote && (flags.dryRun || steps.length === 0 || steps.some((step) => !step.ok));
  return [
    ...(undone && changed.npmInstall
      ? ['npm install']
      : undone && lockMoved(changed)
        ? ['npm ci']
        : []),
    ...(undone ? ['npm run refresh'] : []),
    ...(wrote ? ['npm test'] : []),
    ...nextSteps(changed.plan, new Set(changed.modules.added)),
  ];
}

function lockMoved({ changes }: Changed): boolean {
  return changes.some((change) => isWrite(change) && change.path === LOCKFILE);
}

function asJson(
  changed: Changed,
  steps: readonly StepResult[],
  exit: number,
  flags: Flags,
): unknown {
  return {
    ok: exit === 0,
    exit,
    dryRun: flags.dryRun,
    directory: changed.directory,
    ...changed.modules,
    npmInstall: changed.npmInstall,
    changes: changed.changes.map((change) => ({
      kind: change.kind,
      path: change.path,
      module: change.module,
      ...(change.kind === 'needs-you' ? { why: change.why, lines: change.lines } : {}),
    })),
    steps,
  };
}
