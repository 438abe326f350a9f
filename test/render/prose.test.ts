import fc from 'fast-check';
import Handlebars from 'handlebars';
import { expect, test } from 'vitest';
import { renderProse } from '../../src/render/prose.ts';

const variables = {
  project: 'my-app',
  description: "O'Brien & <Co> $& {{project}} \\ `x`",
  packageSpec: 'a@1.0.0',
};

test('plain names are printed as they are: no HTML escapes, no patterns, no second pass', async () => {
  expect(await renderProse('x', '# {{project}}: {{description}}', variables)).toBe(
    "# my-app: O'Brien & <Co> $& {{project}} \\ `x`",
  );
});

test('blocks and helpers are rendered too', async () => {
  expect(await renderProse('x', '{{#if project}}{{project}}{{/if}}', variables)).toBe('my-app');
});

test.each([
  '{{missing}}',
  '{{constructor}}',
  '{{__proto__}}',
  '{{#if}}',
  '{{project',
  '{{>partial}}',
  '{{project}} {{a b}}',
])('what cannot be rendered stops the run: %s', async (text) => {
  await expect(renderProse('x', text, variables)).rejects.toMatchObject({
    code: 'E_TEMPLATE',
    exit: 4,
  });
});

test('whatever the template, the result is the one of Handlebars', async () => {
  const piece = fc.constantFrom(
    '{{project}}',
    '{{ project }}',
    '{{{project}}}',
    '\\{{project}}',
    '{{~project~}}',
    '{{!-- c --}}',
    '{',
    '}',
    '}}',
    ' ',
    '\n',
    'a',
    '${{ x }}',
    '\\',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      const text = pieces.join('');
      const expected = attempt(() =>
        Handlebars.compile(text, { noEscape: true, strict: true })(variables),
      );
      const rendered = await renderProse('x', text, variables).catch(() => undefined);
      expect(rendered).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

function attempt(work: () => string): string | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
