import type { StepResult } from '../after/step-result.ts';
import type { Created } from '../operations/create.ts';
import { nextSteps } from '../plan/plan.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { style } from '../terminal/style.ts';

/** The last thing on the screen after `create`: what is there, what was proven, and what to type next. */
export function closingScreen(
  created: Created,
  steps: readonly StepResult[],
  shownDirectory: string,
): string {
  const failed = steps.find((step) => !step.ok && !step.optional);
  const skipped = steps.filter((step) => !step.ok && step.optional);
  const tested = steps.find((step) => step.command.startsWith('npm test') && step.ok);
  const lines = [
    '',
    `${style('green', '✔')} ${created.plan.project.name}: ${created.files.length} files, ${created.plan.controls.length} controls (${created.plan.controls.join(', ')})`,
    ...(tested ? [`${style('green', '✔')} its own tests: ${tested.detail}`] : []),
    ...skipped.flatMap((step) => [
      `${style('yellow', '!')} not done: ${step.name} (by hand: ${step.command}); this is what was said:`,
      ...indented(step.detail),
    ]),
    ...(failed ? failure(failed) : []),
    '',
    'Next:',
    ...(shownDirectory === '.' ? [] : [`  cd ${shellWord(shownDirectory)}`]),
    ...typed(created, steps, failed).map((line) => `  ${line}`),
    '',
    `Start reading at ${style('bold', 'services/api/app.ts')}; what is defended, and what is not, is in ${style('bold', 'SECURITY.md')}.`,
    '',
  ];
  return lines.join('\n');
}

function failure(step: StepResult): string[] {
  return [
    `${style('red', '✖')} Could not ${step.name}. The project is complete on disk; this is what was said:`,
    ...indented(step.detail),
  ];
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => `    ${line}`);
}

function typed(
  created: Created,
  steps: readonly StepResult[],
  failed: StepResult | undefined,
): string[] {
  const added = new Set(created.plan.entries.map(({ instance }) => instance.module));
  const installed = steps.some((step) => step.command.startsWith('npm ci') && step.ok);
  const again = failed && !failed.command.startsWith('npm ci') ? [failed.command] : [];
  return [...(installed ? [] : ['npm ci']), ...again, ...nextSteps(created.plan, added)];
}
