import { defaultOf } from '../answers/resolve.ts';
import { type Question, checkAnswer } from '../answers/questions.ts';
import type { Answers } from '../answers/answer.ts';
import type { Generator } from '../define-generator.ts';

/** A question in the form that plop and Inquirer share. */
export interface Prompt {
  readonly type: 'input' | 'number' | 'confirm' | 'list';
  readonly name: string;
  readonly message: string;
  readonly default?: unknown;
  readonly choices?: readonly { readonly name: string; readonly value: string }[];
  readonly when?: (answers: Record<string, unknown>) => boolean;
  readonly validate?: (value: unknown) => true | string;
  /**
   * What plop makes of a value given on its command line. Its own reading of numbers, choices and yes or no repeats a
   * value that it cannot read on the screen, and that may be a secret; ours passes it on to be judged.
   */
  readonly bypass?: (value: string) => unknown;
}

/** A generator's questions as prompts, checked while they are typed. */
export function promptsOf(generator: Generator): Prompt[] {
  return generator.questions.map((question) => promptOf(question));
}

function promptOf(question: Question): Prompt {
  const { when } = question;
  const common = {
    name: question.key,
    message: question.message,
    default: (answers: Record<string, unknown>) => defaultOf(question, String(answers['name'])),
    ...(when ? { when: (answers: Record<string, unknown>) => when(answers as Answers) } : {}),
  };
  const validate = (value: unknown): true | string => {
    const checked = checkAnswer(question, value);
    return checked.ok ? true : checked.sentence;
  };
  switch (question.kind) {
    case 'text':
      return { ...common, type: 'input', validate };
    case 'number':
      return { ...common, type: 'number', validate, bypass: asNumber };
    case 'confirm':
      return { ...common, type: 'confirm', bypass: asConfirmation };
    case 'choice':
      return {
        ...common,
        type: 'list',
        bypass: (value) => value,
        choices: question.choices.map(({ value, label }) => ({ name: label, value })),
      };
  }
}

function asNumber(value: string): unknown {
  return /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

const CONFIRMATIONS = new Map([
  ['true', true],
  ['yes', true],
  ['y', true],
  ['false', false],
  ['no', false],
  ['n', false],
]);

function asConfirmation(value: string): unknown {
  return CONFIRMATIONS.get(value.toLowerCase()) ?? value;
}
