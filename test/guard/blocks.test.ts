import fc from 'fast-check';
import { expect, test } from 'vitest';

import { blocksOf } from '../../src/guard/syntax/blocks.ts';

const YAML = `rules:
  - Effect: Allow
    Action:
    - s3:GetObject
    Resource: files
  - Effect: Deny
    Action: '*'
outputs: none
`;

test('a block is the item around a place, lists at the same column included', () => {
  const { text, around } = blocksOf(YAML)(YAML.indexOf('Action'));
  expect(text).toBe(
    YAML.slice(YAML.indexOf('  - Effect: Allow'), YAML.indexOf('\n  - Effect: Deny')),
  );
  expect(around).toEqual(['rules:']);
});

test('on one line, a block is what the nearest braces hold', () => {
  const json = '[{ "a": 1 }, { "Action": "*", "in": { "b": 2 } }]';
  expect(blocksOf(json)(json.indexOf('Action')).text).toBe('{ "Action": "*", "in": { "b": 2 } }');
});

test('a block of any text is a piece of it that holds the place', () => {
  const line = fc.stringMatching(/^ {0,4}(?:- )?[a-z{}:]{0,12}$/);
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), fc.nat(), (lines, seed) => {
      const content = lines.join('\n');
      const offset = seed % (content.length + 1);
      const { text, start } = blocksOf(content)(offset);
      expect(content.slice(start, start + text.length)).toBe(text);
      expect(start).toBeLessThanOrEqual(offset);
      expect(start + text.length).toBeGreaterThanOrEqual(offset);
    }),
  );
});
