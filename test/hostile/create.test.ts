import { rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createProject } from '../../src/operations/create.ts';
import { seeded } from '../properties/support/seeded.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder, snapshotOf } from '../support/folder.ts';
import { type Canary, canaryIn } from './support/canary.ts';
import { expectInert } from './support/inert.ts';
import { expectWorded, outcomeOf } from './support/refusals.ts';
import { TEXTS, WRONG_TYPES } from './support/values.ts';

const catalogue = await catalogueHere();
const PLAIN = { name: 'plain', description: 'Plain.', notes: false, infra: false };

const BOOLEANS = new Set(['notes', 'infra']);

type Answers = Record<string, unknown>;

interface Place {
  readonly parent: string;
  readonly plain: Record<string, string>;
  readonly canary: Canary;
}

async function place(): Promise<Place> {
  const parent = emptyFolder();
  const { directory } = await createProject(
    { directory: join(parent, 'x'), answers: PLAIN },
    catalogue,
  );
  const plain = snapshotOf(directory);
  rmSync(directory, { recursive: true });
  return { parent, plain, canary: canaryIn(parent) };
}

/** Creates with these answers: refused in words with nothing written, or all of it data. */
async function expectHarmless(
  { parent, plain, canary }: Place,
  answers: Answers,
  given: unknown,
  folder = 'x',
) {
  const directory = join(parent, folder);
  const outcome = await outcomeOf(() => createProject({ directory, answers }, catalogue));
  canary.expectAlive();
  if ('refused' in outcome) {
    expectWorded(outcome.refused, given);
    expect(snapshotOf(parent)).toEqual({});
    return;
  }
  const { name, description } = { ...PLAIN, ...answers } as typeof PLAIN;
  await expectInert(snapshotOf(directory), plain, { name, description });
  rmSync(directory, { recursive: true });
  expect(snapshotOf(parent)).toEqual({});
}

describe('as an answer of create', () => {
  test.each(['description', 'name', 'notes', 'infra'])(
    'each hostile %s is refused or inert',
    async (key) => {
      const at = await place();
      for (const [, value] of TEXTS) {
        const given = at.canary.arm(value);
        await expectHarmless(at, { ...PLAIN, [key]: given }, given);
        await expectHarmless(at, { ...PLAIN, [key]: `A ${given} b` }, given);
      }
    },
  );

  test.each(['description', 'name', 'notes', 'infra'])(
    '%s of the wrong type is refused',
    async (key) => {
      const at = await place();
      for (const value of WRONG_TYPES) {
        if (typeof value === 'boolean' && BOOLEANS.has(key)) continue;
        const outcome = await outcomeOf(() =>
          createProject(
            { directory: join(at.parent, 'x'), answers: { ...PLAIN, [key]: value } },
            catalogue,
          ),
        );
        expect(outcome).toHaveProperty('refused');
        if ('refused' in outcome) expectWorded(outcome.refused, value);
        expect(snapshotOf(at.parent)).toEqual({});
      }
    },
  );

  test('each hostile key is refused', async () => {
    const at = await place();
    for (const [, value] of TEXTS) {
      const key = at.canary.arm(value);
      const answers = JSON.parse(`{${JSON.stringify(key)}: {"polluted": true}}`) as Answers;
      const outcome = await outcomeOf(() =>
        createProject({ directory: join(at.parent, 'x'), answers }, catalogue),
      );
      expect(outcome, JSON.stringify(key)).toHaveProperty('refused');
      if ('refused' in outcome) expectWorded(outcome.refused, key);
    }
    at.canary.expectAlive();
    expect(snapshotOf(at.parent)).toEqual({});
  });

  test('whatever else is said is refused or inert', async () => {
    const at = await place();
    const pieces = fc.oneof(
      fc.constantFrom(...TEXTS.map(([, value]) => at.canary.arm(value))),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom(' ', 'a', 'A', '.', ':', '/', '(', '&', '\u0301'),
    );
    const texts = fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join(''));
    const property = fc.asyncProperty(
      fc.constantFrom('description', 'name'),
      texts,
      async (key, text) => {
        await expectHarmless(at, { ...PLAIN, [key]: text }, text);
      },
    );
    await fc.assert(property, seeded(150));
  });
});

describe('as the directory of create', () => {
  test.each([
    ['and nothing else', {}],
    ['beside a harmless name', { name: 'plain' }],
  ])(
    '%s, each hostile name is refused or holds the same tree',
    async (_what, { name }: { name?: string }) => {
      const at = await place();
      for (const [, value] of TEXTS) {
        const folder = at.canary.arm(value);
        // A path that leads elsewhere is the person's to choose.
        if (dirname(resolve(at.parent, folder)) !== at.parent) continue;
        await expectHarmless(at, { ...PLAIN, name: name ?? folder }, folder, folder);
      }
    },
  );
});

test('each hostile package spec is refused', async () => {
  const at = await place();
  for (const [, value] of TEXTS) {
    for (const packageSpec of [value, `${value}@1.0.0`, `a@1.0.0${value}`, `a@1.0.0-${value}`].map(
      at.canary.arm,
    )) {
      if (packageSpec === 'a@1.0.0') continue;
      const request = { directory: join(at.parent, 'x'), answers: PLAIN, packageSpec };
      const outcome = await outcomeOf(() => createProject({ ...request, dryRun: true }, catalogue));
      if ('refused' in outcome) expectWorded(outcome.refused, packageSpec);
      else expect(packageSpec).toMatch(/^[\w.-]+@\d+\.\d+\.\d+(-[\w.-]+)?$/);
    }
  }
  at.canary.expectAlive();
  expect(snapshotOf(at.parent)).toEqual({});
});
