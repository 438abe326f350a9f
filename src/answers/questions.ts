import type { AnswerValue, Answers } from './answer.ts';
import { hasInvisible } from './invisible.ts';

interface Base {
  /** The key in the answers, in the schema and on the command line (`--budget-ms` for `budgetMs`). */
  readonly key: string;
  /** The prompt, without a colon. */
  readonly message: string;
  /** One sentence for the schema and the documentation. */
  readonly help: string;
  /** Ask only when this holds; otherwise the default is taken. */
  readonly when?: (answers: Answers) => boolean;
}

export interface TextQuestion extends Base {
  readonly kind: 'text';
  readonly default: string;
  readonly maxLength: number;
  /** An ECMAScript pattern for the whole value, and the sentence that explains it. */
  readonly pattern?: { readonly source: string; readonly sentence: string };
  /** Refuses what no pattern can, and says what a good value is like: `must not name a field twice`. Never the value. */
  readonly check?: (value: string) => string | undefined;
}

export interface NumberQuestion extends Base {
  readonly kind: 'number';
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
}

export interface ConfirmQuestion extends Base {
  readonly kind: 'confirm';
  readonly default: boolean;
}

export interface ChoiceQuestion extends Base {
  readonly kind: 'choice';
  readonly default: string;
  /** A better default for a module of that name, where there is one. */
  readonly defaultFor?: (name: string) => string | undefined;
  readonly choices: readonly { readonly value: string; readonly label: string }[];
}

export type Question = TextQuestion | NumberQuestion | ConfirmQuestion | ChoiceQuestion;

/** A value accepted, or the one sentence that says what a good one looks like. Never the value itself. */
export type Checked =
  | { readonly ok: true; readonly value: AnswerValue }
  | { readonly ok: false; readonly sentence: string };

/** Checks one answer. `value` may come from JSON, from a flag (always text) or from a prompt. */
export function checkAnswer(question: Question, value: unknown): Checked {
  switch (question.kind) {
    case 'text':
      return checkText(question, value);
    case 'number':
      return checkNumber(question, value);
    case 'confirm':
      return typeof value === 'boolean' ? accept(value) : refuse(question, 'must be true or false');
    case 'choice': {
      const values = question.choices.map((choice) => choice.value);
      return typeof value === 'string' && values.includes(value)
        ? accept(value)
        : refuse(question, `must be one of ${values.join(', ')}`);
    }
  }
}

function checkText(question: TextQuestion, value: unknown): Checked {
  if (typeof value !== 'string') return refuse(question, 'must be text');
  if (value.length > question.maxLength) {
    return refuse(question, `must be at most ${question.maxLength} characters long`);
  }
  if (hasInvisible(value)) {
    return refuse(
      question,
      'must be one line without control, invisible or text-direction characters',
    );
  }
  if (question.pattern && !new RegExp(`^(?:${question.pattern.source})$`, 'u').test(value)) {
    return refuse(question, question.pattern.sentence);
  }
  const problem = question.check?.(value);
  return problem === undefined ? accept(value) : refuse(question, problem);
}

function checkNumber(question: NumberQuestion, value: unknown): Checked {
  const inRange =
    Number.isInteger(value) &&
    (value as number) >= question.minimum &&
    (value as number) <= question.maximum;
  return inRange
    ? accept(value as number)
    : refuse(question, `must be a whole number from ${question.minimum} to ${question.maximum}`);
}

const accept = (value: AnswerValue): Checked => ({ ok: true, value });
const refuse = (question: Question, what: string): Checked => ({
  ok: false,
  sentence: `"${question.key}" ${what}.`,
});
