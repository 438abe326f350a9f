import fc from 'fast-check';
import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import webhook from '../../generators/webhook/generator.ts';
import { SCHEMES } from '../../generators/webhook/schemes.ts';
import { signedTextProblem } from '../../generators/webhook/signed-text.ts';
import { resolveAnswers } from '../../src/answers/resolve.ts';
import type { Answers } from '../../src/answers/answer.ts';
import { scanFiles } from '../../src/guard/index.ts';
import { printBuilt } from '../../src/render/typed-builders.ts';

/** As in emitted projects. */
const STYLE = { parser: 'typescript', printWidth: 100, singleQuote: true } as const;
const LONGEST = 'anameofthirtycharactersinaword';

test.each([
  ['stripe', 'stripe', 'webhook'],
  ['stripe-connect', 'stripe', 'webhook'],
  ['github', 'github', 'webhook'],
  ['slack', 'slack', 'webhook'],
  ['square', 'square', 'webhook'],
  ['adyen', 'adyen', 'webhook'],
  ['shopify', 'shopify', 'webhook'],
  ['twilio', 'twilio', 'webhook'],
  ['svix', 'standard-webhooks', 'svix'],
  ['clerk', 'standard-webhooks', 'svix'],
  ['openai', 'standard-webhooks', 'webhook'],
  ['custom', 'standard-webhooks', 'webhook'],
  ['stripes', 'standard-webhooks', 'webhook'],
])('%s is asked nothing: it signs as %s, with the headers of %s', (name, scheme, headers) => {
  expect(resolveAnswers(webhook, {}, name)).toMatchObject({ scheme, headers });
  expect(resolveAnswers(webhook, { scheme: 'custom' }, name)['scheme']).toBe('custom');
});

const variants: readonly Record<string, string>[] = [
  ...SCHEMES.map(({ value }) => ({ scheme: value })),
  { scheme: 'standard-webhooks', headers: 'svix' },
  { scheme: 'twilio', payload: 'json' },
  { scheme: 'custom', signed: '{body}' },
  { scheme: 'custom', signed: 'v2:{id}:{timestamp}:{body}', timestampUnit: 'ms' },
];

describe.each(variants.map((given) => [JSON.stringify(given), given] as const))(
  '%s',
  (_, given) => {
    test('is built as it would be written by hand, and passes the guard', async () => {
      for (const name of ['x', LONGEST]) {
        const files = await built(resolveAnswers(webhook, given, name), name);
        for (const { content } of files) expect(await format(content, STYLE)).toBe(content);
        expect(await scanFiles(files)).toEqual([]);
      }
    });
  },
);

test('a custom scheme names the headers of what its template signs, and no others', async () => {
  const texts = async (signed: string): Promise<string> => {
    const files = await built(resolveAnswers(webhook, { scheme: 'custom', signed }), 'x');
    return files.map(({ content }) => content).join('\n');
  };
  expect(await texts('{body}')).not.toMatch(/timestamp:|id: \{/);
  expect(await texts('{body}')).toMatch('windowDays: 400');
  expect(await texts('{timestamp}.{body}')).toMatch('windowDays: 30');
  expect(await texts('{timestamp}.{id}.{body}')).toMatch("id: { header: 'x-id' }");
});

test.each([
  '{body}',
  '{timestamp}.{body}',
  'v0:{timestamp}:{body}',
  '{id}.{timestamp}.{body}',
  'a{body}b',
])('%s can be signed', (template) => {
  expect(signedTextProblem(template)).toBeUndefined();
});

test.each([
  '',
  'body',
  '{timestamp}',
  '{body}{body}',
  '{timestamp}{body}',
  '{timestamp}a{body}',
  '{timestamp}.a{body}',
  '{body}.{url}',
  '{timestamp}.{timestamp}.{body}',
])('%j cannot be signed, or not without doubt', (template) => {
  expect(signedTextProblem(template)).toMatch(/^must /);
});

test('whatever is answered for a custom scheme is quoted, or refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (signed, prefix) => {
      let answers: Answers;
      try {
        const given = { scheme: 'custom', signed: `${signed}{body}`, signaturePrefix: prefix };
        answers = resolveAnswers(webhook, given);
      } catch {
        return;
      }
      await built(answers, 'x');
    }),
    { numRuns: 200 },
  );
});

async function built(answers: Answers, name: string) {
  const facts = { module: `webhook-${name}`, name, answers };
  return Promise.all(
    Object.entries(webhook.builds ?? {}).map(async ([path, build]) => ({
      path: path.replaceAll('acme-specimen', name),
      content: await printBuilt(build(facts), path),
    })),
  );
}
