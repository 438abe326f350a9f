import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Question, checkAnswer } from '../../src/answers/questions.ts';
import { resolveAnswers } from '../../src/answers/resolve.ts';
import { answersSchema } from '../../src/answers/schema.ts';
import type { Generator } from '../../src/define-generator.ts';
import { generators } from '../../generators/index.ts';
import { tinyModule } from '../support/specimen-catalogue.ts';

describe('answers', () => {
  test('take their defaults where nothing was given', () => {
    expect(resolveAnswers(tinyModule, {})).toEqual({ budget: 5 });
  });

  test('that nobody asked for are refused by name, and without their value', () => {
    const attempt = (): unknown => resolveAnswers(tinyModule, { budgte: 7 });
    expect(attempt).toThrow(
      expect.objectContaining({
        code: 'E_ANSWERS',
        message: '"budgte" is not a question of probe.',
      }),
    );
  });

  test('whose key could be anything are refused without repeating the key', () => {
    const attempt = (): unknown => resolveAnswers(tinyModule, { 'p@ssw0rd \u001b[31m': 1 });
    expect(attempt).toThrow('A key is not a question of probe.');
  });

  test.each([0, 10, 1.5, '5', null, true, [5], Number.NaN])(
    '%j is not a number in range',
    (value) => {
      expect(() => resolveAnswers(tinyModule, { budget: value })).toThrow(
        '"budget" must be a whole number from 1 to 9.',
      );
    },
  );

  test('an inherited member is not an answer', () => {
    expect(
      resolveAnswers(tinyModule, Object.create({ budget: 9 }) as Record<string, unknown>),
    ).toEqual({ budget: 5 });
  });
});

describe('a description', () => {
  const description = generators[0]?.questions.find(({ key }) => key === 'description') as Question;

  test.each(['Keeps invoices.', 'Ümlaut, "quotes" & (more) - 100 %?', 'A'])(
    '%j is accepted',
    (text) => {
      expect(checkAnswer(description, text).ok).toBe(true);
    },
  );
  test.each([
    '',
    ' a',
    'a ',
    'a  b',
    'a\nb',
    '# Title',
    '- item',
    '1. item',
    'a `b`',
    'a <b>',
    '[a](b)',
    '{{a}}',
    '${a}',
    'a | b',
    'a * b',
    'a _b_',
    'a\u202eb',
    'a\u200bb',
    'a\0b',
    'a@b',
    'a'.repeat(201),
    5,
    null,
  ])('%j is refused', (text) => {
    expect(checkAnswer(description, text).ok).toBe(false);
  });
});

test('the schema accepts exactly the answers that the generator accepts', () => {
  const ajv = new Ajv2020({ strict: true });
  for (const generator of [...generators, tinyModule]) {
    const accepts = ajv.compile(answersSchema(generator));
    const name = generator.named ? { name: generator.named.example } : {};
    const one = fc.constantFrom(...generator.questions.map(({ key }) => key), 'other');
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.integer({ min: -2, max: 12 }),
      fc.boolean(),
      fc.constant(null),
      fc.constantFrom(
        'title:text',
        'due_at:timestamp?,a:uuid',
        'a:text,a:text',
        'owner:text',
        'a:b',
      ),
    );
    fc.assert(
      fc.property(fc.dictionary(one, value, { noNullPrototype: true }), (given) => {
        const resolved = succeeds(() => resolveAnswers(generator, given));
        // JSON Schema has no word for "no invisible characters": those the schema may accept and the generator refuses.
        if (resolved) expect(accepts({ ...name, ...given })).toBe(true);
        else if (
          // Nor for what a question checks beyond its pattern, and none that fits for what is asked only after other answers.
          !isRefusedByCheck(generator, given) &&
          !isAnsweredUnasked(generator, given) &&
          !/[\p{C}\u2028\u2029]/u.test(JSON.stringify(given)) &&
          !/\\u|\\[bfnrt]/.test(JSON.stringify(given))
        )
          expect(accepts({ ...name, ...given })).toBe(false);
      }),
      { numRuns: 300 },
    );
  }
});

function isRefusedByCheck(generator: Generator, given: Readonly<Record<string, unknown>>): boolean {
  return generator.questions.some((question) => {
    if (question.kind !== 'text' || !question.check) return false;
    const { check: _, ...unchecked } = question;
    const value = given[question.key];
    return (
      value !== undefined && checkAnswer(unchecked, value).ok && !checkAnswer(question, value).ok
    );
  });
}

function isAnsweredUnasked(
  generator: Generator,
  given: Readonly<Record<string, unknown>>,
): boolean {
  const asked = generator.questions.map((question) => {
    const { when: _, ...always } = question;
    return always as Question;
  });
  return succeeds(() => resolveAnswers({ ...generator, questions: asked }, given));
}

function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
