import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { format, inspect, isDeepStrictEqual } from 'node:util';
import { serialize } from 'node:v8';
import { Secret } from '@app/platform/secrets/secret';

const VALUE = 'correct-horse-battery-staple';
const secret = new Secret(VALUE);

const waysOut: Record<string, () => unknown> = {
  'a template literal': () => `${secret}`,
  concatenation: () => '' + String(secret),
  'JSON.stringify': () => JSON.stringify({ nested: [secret] }),
  'util.inspect': () => inspect({ nested: secret }, { depth: null, showHidden: true }),
  'util.format %s': () => format('%s', secret),
  'util.format %o': () => format('%o', secret),
  'util.format %O': () => format('%O', secret),
  'util.format %j': () => format('%j', secret),
  'Object.entries': () => JSON.stringify(Object.entries(secret)),
  'object spread': () => inspect({ ...secret }, { showHidden: true }),
  structuredClone: () => inspect(structuredClone(secret), { showHidden: true }),
  'v8.serialize': () => serialize(secret).toString('latin1'),
  'an error message': () => inspect(new Error(`refused ${secret}`, { cause: secret })),
  'console.log': () => printed((log) => log(secret, '%s %o', secret)),
  'console.dir': () => printed((_, console) => console.dir({ secret }, { showHidden: true })),
  'console.table': () => printed((_, console) => console.table([{ secret }])),
  'an uncaught error': () => inspect(new AggregateError([new Error('x', { cause: { secret } })])),
  'inspection without our own': () => inspect(secret, { customInspect: false, showHidden: true }),
  'property names': () => inspect(Reflect.ownKeys(secret)),
};

for (const [way, out] of Object.entries(waysOut)) {
  test(`a secret does not leave through ${way} (HOOK-6)`, () => {
    const text = out();
    assert.equal(typeof text, 'string');
    assert.ok(!String(text).includes(VALUE));
  });
}

test('what is printed says that something was masked (HOOK-6)', () => {
  assert.equal(`${secret}`, '[secret]');
  assert.equal(JSON.stringify({ secret }), '{"secret":"[secret]"}');
  assert.equal(inspect(secret), '[secret]');
});

test('only reveal() gives the value', () => {
  assert.equal(secret.reveal(), VALUE);
});

test('a secret equals its value and nothing else, of whatever length', () => {
  assert.ok(secret.equals(VALUE));
  for (const wrong of ['', VALUE.slice(1), `${VALUE} `, VALUE.toUpperCase(), '[secret]']) {
    assert.ok(!secret.equals(wrong));
  }
});

test('no operator compares a secret: it would compare the mask (HOOK-6)', () => {
  const untyped: unknown = secret;
  for (const compare of [
    () => (untyped as number) < 1,
    () => VALUE <= (untyped as string),
    () => (untyped as string) + '' === VALUE,
    () => +(untyped as number),
  ]) {
    assert.throws(compare, /compared with equals/);
  }
});

test('a deep comparison finds no two secrets equal, whatever they hold (HOOK-6)', () => {
  assert.ok(!isDeepStrictEqual(new Secret(VALUE), new Secret('another')));
  assert.ok(!isDeepStrictEqual({ a: new Secret(VALUE) }, { a: new Secret(VALUE) }));
  assert.ok(isDeepStrictEqual({ a: secret }, { a: secret }));
});

test('two secrets of one value are not ===, so an early-exit comparison never works by luck', () => {
  assert.notEqual(new Secret(VALUE), new Secret(VALUE));
});

function printed(print: (log: Console['log'], console: Console) => void): string {
  const stream = new PassThrough();
  const console = new Console(stream);
  print(console.log, console);
  return String(stream.read());
}
