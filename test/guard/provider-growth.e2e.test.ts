import fc from 'fast-check';
import { describe, test } from 'vitest';

import { findProviderTokens } from '../../templates/app/platform/src/secret-shapes/provider-patterns.ts';
import table from '../../templates/app/platform/src/secret-shapes/provider-patterns.json' with { type: 'json' };
import { expectLinear } from './growth.ts';

/** Fixed, so that a failure can be repeated. */
const SEED = 20_261_122;

/** Smaller than for the rules themselves: there are many patterns, and each only has to show how it grows. */
const LENGTH = 16 * 1024;

const TIMEOUT_MS = 120_000;

interface Pattern {
  readonly id: string;
  readonly keywords: readonly string[];
  readonly value: string;
}
const patterns: readonly Pattern[] = table.patterns;

describe('text that almost is a token takes linear time', { timeout: TIMEOUT_MS }, () => {
  test.each(patterns)('$id', async ({ keywords, value }) => {
    const [keyword = ''] = keywords;
    const source = value.replaceAll(String.raw`\b`, '');
    const [token = ''] = fc.sample(fc.stringMatching(new RegExp(`^(?:${source})$`)), {
      seed: SEED,
      numRuns: 1,
    });
    const unfinished = token.slice(0, -1);
    for (const seed of [
      keyword,
      `${keyword}=`,
      `${keyword} = "`,
      `${keyword}_a.`,
      `${keyword}="${unfinished}`,
      `${unfinished} `,
      unfinished.slice(0, 12),
    ])
      await expectLinear((text) => findProviderTokens(keyword + text), seed, LENGTH);
  });
});
