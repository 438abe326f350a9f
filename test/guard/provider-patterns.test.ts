import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { findProviderTokens } from '../../templates/app/platform/src/secret-shapes/provider-patterns.ts';
import table from '../../templates/app/platform/src/secret-shapes/provider-patterns.json' with { type: 'json' };
import { entropyOf } from '../../templates/app/platform/src/secret-shapes/randomness.ts';
import samples from './provider-samples.json' with { type: 'json' };

/** Fixed, so that a failure can be repeated. */
const RUNS = { seed: 20_261_122, numRuns: 20 } as const;

/** The samples are stored backwards, so that no file here has the shape of a credential. */
const forwards = (text: string): string => [...text].reverse().join('');

interface Pattern {
  readonly id: string;
  readonly keywords: readonly string[];
  readonly beside?: string;
  readonly value: string;
  readonly ignoreCase?: boolean;
  readonly entropy?: number;
}
const patterns: readonly Pattern[] = table.patterns;

const idsIn = async (text: string): Promise<string[]> =>
  (await findProviderTokens(text)).map(({ id }) => id);

describe('what gitleaks says its rules find is found', () => {
  test.each(samples.flatMap(({ id, caught }) => caught.map((text, at) => ({ id, at, text }))))(
    '$id, sample $at',
    async ({ id, text }) => expect(await idsIn(forwards(text))).toContain(id),
  );
});

describe('what gitleaks says its rules pass is passed', () => {
  test.each(samples.flatMap(({ id, passed }) => passed.map((text, at) => ({ id, at, text }))))(
    '$id, sample $at',
    async ({ id, text }) => expect(await idsIn(forwards(text))).not.toContain(id),
  );
});

describe('every pattern finds what it describes', () => {
  test.each(patterns)('$id', async (pattern) => {
    await fc.assert(
      fc.asyncProperty(valueOf(pattern), async (value) => {
        expect(await idsIn(`${nameOf(pattern)}_token = "${value}"`)).toContain(pattern.id);
      }),
      RUNS,
    );
  });
});

function valueOf({ value, beside, entropy = 0 }: Pattern): fc.Arbitrary<string> {
  const source = value.replaceAll(String.raw`\b`, '');
  return fc
    .noBias(fc.stringMatching(new RegExp(`^(?:${source})$`)))
    .filter((text) => entropyOf(text) > entropy && (beside === undefined || /\d/.test(text)));
}

/** gitleaks looks for a token only where the provider is named; some tokens name it themselves. */
function nameOf({ beside = '', keywords, ignoreCase }: Pattern): string {
  if (beside === '') return keywords[0] ?? '';
  const pattern = new RegExp(`^(?:${beside})$`, ignoreCase ? 'i' : '');
  const plain = keywords.find((keyword) => pattern.test(keyword));
  return plain ?? beside.split('|')[0]?.replaceAll(/\(\?:|\[.*?\]\??|[()?:]/g, '') ?? '';
}
