import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@app/platform/http/problems';
import { parseStrictly } from '@app/platform/http/json-body';

const parse = (text: string) => parseStrictly(Buffer.from(text));

test('plain documents keep their meaning', () => {
  const documents = [
    '{"a":[1,{"b":"c"},{"b":"d"}],"e":null}',
    '"just text"',
    '[]',
    '{"quote\\"d":"{\\"not\\":1}"}',
    '{"constructors":1,"a":"constructor","\\\\u0000":"\\\\u0000"}',
    ' { "a" : 1 , "b" : { "a" : 2 } } ',
  ];
  for (const text of documents) assert.deepEqual(parse(text), JSON.parse(text));
});

const REFUSED: Readonly<Record<string, string>> = {
  'a duplicate key': '{"role":"member","role":"operator"}',
  'a duplicate key deep inside': '[{"a":{"b":1,"c":2,"b":3}}]',
  'a duplicate key in disguise': '{"role":"member","\\u0072ole":"operator"}',
  'a duplicate key before white space': '{"a":1,"a"\n:2}',
  __proto__: '{"__proto__":{"admin":true}}',
  '__proto__ in disguise': '{"\\u005f_proto__":1}',
  constructor: '{"a":{"constructor":{"prototype":{}}}}',
  prototype: '{"prototype":1}',
  'U+0000': '{"title":"a\\u0000b"}',
  'U+0000 in a key': '{"a\\u0000":1}',
  'seventeen levels': '['.repeat(17) + ']'.repeat(17),
  'ten thousand levels': '['.repeat(10_000) + ']'.repeat(10_000),
  'half a document': '{"a":',
  'two documents': '{} {}',
  'a comment': '{"a":1/* b */}',
  nothing: '',
};

for (const [what, text] of Object.entries(REFUSED))
  test(`${what} is refused`, () => {
    assert.throws(() => parse(text), Refusal);
  });

test('text that is not UTF-8 is refused (CHECK-11)', () => {
  assert.throws(() => parseStrictly(Buffer.from([0x22, 0xff, 0xfe, 0x22])), Refusal);
});

test('a hostile document of the largest size takes no time to speak of', () => {
  const startedAt = performance.now();
  assert.throws(() => parse(`"${'\\"'.repeat(32_000)}`), Refusal);
  assert.throws(() => parse(`${'{"a":'.repeat(13_000)}`), Refusal);
  assert.ok(performance.now() - startedAt < 500);
});
