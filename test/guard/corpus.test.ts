import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { type Finding, rules, scanAnswers, scanFiles } from '../../src/guard/index.ts';
import { type Case, casesOf } from './corpus/case.ts';
import { filled } from './corpus/values.ts';

const folder = join(import.meta.dirname, 'corpus');

/** Rules about secrets; what else is wrong with a sample is for other tests. */
const secretRules = rules.filter(({ id }) => /^secret-|^card-number$|^seeded-account$/.test(id));

function corpus(kind: 'secrets' | 'benign'): Case[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${kind}-`))
    .flatMap((name) => casesOf(readFileSync(join(folder, name), 'utf8')));
}

function judge(sample: Case): Promise<Finding[]> {
  if ('answers' in sample)
    return scanAnswers(JSON.parse(filled(sample.answers)), { rules: secretRules });
  const { path, text } = sample;
  return scanFiles([{ path, content: filled(text) }], { rules: secretRules });
}

describe('refuses', () => {
  test.each(corpus('secrets'))('$name', async (sample) => {
    expect(await judge(sample)).not.toEqual([]);
  });
});

describe('accepts', () => {
  test.each(corpus('benign'))('$name', async (sample) => {
    expect(await judge(sample)).toEqual([]);
  });
});
