import fc from 'fast-check';
import { expect, test } from 'vitest';

import { rules } from '../../src/guard/index.ts';
import { readingsOf } from '../../src/guard/disguise.ts';
import { isPlain, isPlainName } from '../../src/guard/plain-words.ts';
import { planted } from './planted.ts';

const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');
const word = fc.tuple(
  fc.boolean(),
  fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 16 }),
);
const said = fc.constantFrom(
  'admin',
  'root',
  'any',
  'none',
  'true',
  'false',
  'disable',
  'glpat',
  'sk',
  'gho',
  'xoxb',
  'public',
  'my',
  'app',
);
const part = fc.oneof(
  word.map(([capital, text]) => (capital ? text[0]?.toUpperCase() + text.slice(1) : text)),
  said,
);
const sign = fc.constantFrom(' ', '.', ',', "'", '-', ', ', '. ', '--');
const answered = fc
  .tuple(
    fc.constantFrom('', '-', '--'),
    part,
    fc.array(fc.tuple(sign, part), { maxLength: 20 }),
    fc.constantFrom('', '.'),
  )
  .map(
    ([start, first, more, end]) => start + first + more.map((pair) => pair.join('')).join('') + end,
  );
const askedName = fc.constantFrom(
  'arguments',
  'name',
  'description',
  'directory',
  'generator',
  'module',
  '',
);

test('no rule objects to anything that is not looked at for being plain', async () => {
  await fc.assert(
    fc.asyncProperty(askedName, answered, async (key, answer) => {
      if (!isPlain(key, answer)) return;
      for (const [at, reading] of readingsOf(answer).entries())
        for (const rule of rules)
          expect(
            await rule.answer?.({ name: key, text: reading, disguised: at > 0 }),
            rule.id,
          ).not.toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('no rule objects to a name that is not looked at for being plain', async () => {
  const cased = fc
    .tuple(part, fc.boolean())
    .map(([text, upper]) => (upper ? text.toUpperCase() : text));
  const path = fc.array(fc.tuple(cased, fc.constantFrom('/', '_', '-', '.', '\n')), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(
      path.map((parts) => `${parts.map((pair) => pair.join('')).join('')}x`),
      async (name) => {
        if (!isPlainName(name)) return;
        for (const rule of rules)
          expect(await rule.answer?.({ name: '', text: name, disguised: false }), rule.id).not.toBe(
            true,
          );
      },
    ),
    { numRuns: 2000 },
  );
});

test('what a person usually answers is plain', () => {
  for (const usual of [
    'my-app',
    '--yes',
    '--no-install',
    'health-check',
    'A service that denies by default.',
  ])
    expect(isPlain('description', usual), usual).toBe(true);
  expect(isPlainName('README.md\nservices/api/modules.ts\npackage-lock.json')).toBe(true);
});

test('no secret, number, address or assignment is plain', () => {
  for (const [kind, value] of Object.entries(planted))
    expect(isPlain('description', value), kind).toBe(false);
  const others = [
    'the password is hunter',
    'a=b',
    'a:b',
    '/home/ann',
    'a@b',
    'correcthorsebatterystaple',
    'role',
    '4242',
    '',
  ];
  expect(others.filter((other) => isPlain('role', other))).toEqual([]);
  expect(isPlain('description', 'the password is hunter')).toBe(false);
});
