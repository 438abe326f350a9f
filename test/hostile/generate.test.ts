import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { generators } from '../../generators/index.ts';
import { createProject } from '../../src/operations/create.ts';
import { generateModule } from '../../src/operations/generate.ts';
import { removeModule } from '../../src/operations/remove.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolderForFile, snapshotOf } from '../support/folder.ts';
import { type Canary, canaryIn } from './support/canary.ts';
import { expectWorded, outcomeOf } from './support/refusals.ts';
import { TEXTS, WRONG_TYPES } from './support/values.ts';

const catalogue = await catalogueHere();
const modules = generators.filter(({ kind }) => kind === 'module');
const parent = emptyFolderForFile();
let directory: string;
let before: Record<string, string>;
let canary: Canary;

beforeAll(async () => {
  ({ directory } = await createProject({ directory: join(parent, 'my-app') }, catalogue));
  before = snapshotOf(parent);
});
beforeEach(() => {
  canary = canaryIn(parent);
});

/** Every one of them is refused in words, and the folder stays as it was. */
async function expectAllRefused(
  values: readonly unknown[],
  attempt: (value: unknown) => Promise<unknown>,
): Promise<void> {
  for (const value of values) {
    const given = typeof value === 'string' ? canary.arm(value) : value;
    const outcome = await outcomeOf(() => attempt(given));
    expect(outcome, JSON.stringify(value)?.slice(0, 80)).toHaveProperty('refused');
    if ('refused' in outcome) expectWorded(outcome.refused, given);
  }
  canary.expectAlive();
  expect(snapshotOf(parent)).toEqual(before);
}

const texts = TEXTS.map(([, value]) => value);
const named = modules.filter((generator) => generator.named);
const questions = modules.flatMap((generator) =>
  generator.questions.map((question) => ({ generator, question })),
);

describe('what is hostile is refused, and nothing is written', () => {
  test('as the generator', () =>
    expectAllRefused(texts, (value) =>
      generateModule({ directory, generator: String(value), name: 'a' }, catalogue),
    ));

  test.each(named)('as the name for $id', async (generator) => {
    const attempt = (name: unknown) =>
      generateModule({ directory, generator: generator.id, name: name as string }, catalogue);
    await expectAllRefused(texts, attempt);
    await expectAllRefused([...texts, ...WRONG_TYPES], (name) =>
      generateModule({ directory, generator: generator.id, answers: { name } }, catalogue),
    );
  });

  test.each(modules)('as a key of the answers of $id', async (generator) => {
    await expectAllRefused(texts, (key) => {
      const answers = JSON.parse(`{${JSON.stringify(key)}: {"polluted": true}}`) as object;
      return generateModule(
        {
          directory,
          generator: generator.id,
          answers: { ...(generator.named ? { name: 'a' } : {}), ...answers },
        },
        catalogue,
      );
    });
  });

  test.each(questions)('as $question.key of $generator.id', async ({ generator, question }) => {
    const attempt = (value: unknown) =>
      generateModule(
        {
          directory,
          generator: generator.id,
          name: 'a',
          answers: { ...ASKED_AFTER[question.key], [question.key]: value },
        },
        catalogue,
      );
    const inert = INERT[question.key];
    const hostile = texts.filter((text) => !inert?.test(text));
    await expectAllRefused([...hostile, ...WRONG_TYPES], attempt);
    const lists = texts.flatMap((text) => [
      `${text}:text`,
      `a:${text}`,
      `a:text,${text}`,
      `a:text${text}`,
    ]);
    await expectAllRefused(
      lists.filter((list) => !HARMLESS.has(list) && !inert?.test(list)),
      attempt,
    );
  });

  test('as the module to remove', async () => {
    await expectAllRefused(texts, (value) =>
      removeModule({ directory, module: String(value) }, catalogue),
    );
    await expectAllRefused(texts, (name) =>
      removeModule({ directory, module: 'health-check', name: String(name) }, catalogue),
    );
  });
});

/** What has to be answered before, so that a question is asked at all. */
const CUSTOM = { scheme: 'custom', signed: '{timestamp}.{id}.{body}' };
const ASKED_AFTER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  payload: { scheme: 'twilio' },
  label: { scheme: 'http-signature' },
  signatureHeader: CUSTOM,
  signatureEncoding: CUSTOM,
  signaturePrefix: CUSTOM,
  signed: CUSTOM,
  timestampHeader: CUSTOM,
  timestampUnit: CUSTOM,
  idHeader: CUSTOM,
};

/** Words of letters, digits and a few signs come to stand in a string, where they mean nothing. */
const WORD = /^[a-z][a-z0-9-]*$/;
const INERT: Readonly<Record<string, RegExp>> = {
  label: WORD,
  signatureHeader: WORD,
  timestampHeader: WORD,
  idHeader: WORD,
  signaturePrefix: /^[A-Za-z0-9=:_-]*$/,
};

/** Devices and folders are no more than words where they name no file. */
const HARMLESS = new Set([
  'a:text',
  ...['con', 'nul', 'com1', 'lpt9', 'prn', 'undefined', 'node_modules'].map(
    (word) => `${word}:text`,
  ),
]);
