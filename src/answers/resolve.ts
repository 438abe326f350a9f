import type { AnswerValue, Answers } from './answer.ts';
import type { Generator } from '../define-generator.ts';
import { EXIT, UserError } from '../errors.ts';
import { type Question, checkAnswer } from './questions.ts';

/** Keys a caller may give besides the questions' own. */
const RESERVED_KEYS = new Set(['name']);
/** Enough to say what is wrong without drowning the reader. */
const MAX_NAMED_PROBLEMS = 20;

/**
 * Turns whatever was given into complete answers: every given key known, valid and asked for by the answers before it,
 * every other at its default. Others are refused, so that a security answer never silently has no effect.
 *
 * @throws UserError `E_ANSWERS` with one sentence a problem; values are never repeated.
 */
export function resolveAnswers(
  generator: Generator,
  given: Readonly<Record<string, unknown>>,
  name = '',
): Answers {
  const known = new Set(generator.questions.map((question) => question.key));
  const problems = Object.keys(given)
    .filter((key) => !known.has(key) && !RESERVED_KEYS.has(key))
    .map((key) => `${nameable(key)} is not a question of ${generator.id}.`);

  const answers: Record<string, AnswerValue> = {};
  for (const question of generator.questions) {
    const fallback = defaultOf(question, name);
    const value = Object.hasOwn(given, question.key) ? given[question.key] : fallback;
    const checked = checkAnswer(question, value);
    const isAsked = question.when?.(answers) ?? true;
    if (!checked.ok) problems.push(checked.sentence);
    else if (!isAsked && checked.value !== fallback)
      problems.push(`${nameable(question.key)} is not asked with these answers.`);
    else answers[question.key] = checked.value;
  }
  if (problems.length > 0) throw badAnswers(generator, problems);
  return answers;
}

/** What is taken where nothing was answered. */
export function defaultOf(question: Question, name: string): AnswerValue {
  const ofName = question.kind === 'choice' ? question.defaultFor?.(name) : undefined;
  return ofName ?? question.default;
}

/** A key is repeated to the user only when it is short and plain: it may be a secret pasted in the wrong place. */
function nameable(key: string): string {
  return /^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(key) ? `"${key}"` : 'A key';
}

function badAnswers(generator: Generator, problems: readonly string[]): UserError {
  const [first = '', ...rest] = problems;
  return new UserError(
    'E_ANSWERS',
    EXIT.usage,
    first,
    `See what is accepted with \`create-secure-app schema ${generator.id}\`.`,
    { details: rest.slice(0, MAX_NAMED_PROBLEMS) },
  );
}
