import assert from 'node:assert/strict';
import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { format, inspect, isDeepStrictEqual } from 'node:util';
import { Secret } from '@app/platform/secrets/secret';

const VALUE = 'correct-horse-battery-staple';
const secret = new Secret(VALUE);

test('what is printed says that something was masked (HOOK-6)', () => {
  assert.equal(`${secret}`, '[secret]');
  assert.equal(JSON.stringify({ secret }), '{"secret":"[secret]"}');
  assert.equal(inspect(secret), '[secret]');
});

test('only reveal() gives the value', () => {
  assert.equal(secret.reveal(), VALUE);
});

test('two secrets of one value are not ===, so an early-exit comparison never works by luck', () => {
  assert.notEqual(new Secret(VALUE), new Secret(VALUE));
});

test('a secret equals its value and nothing else, of whatever length', () => {
  assert.ok(secret.equals(VALUE));
  for (const wrong of ['', VALUE.slice(1), `${VALUE} `, VALUE.toUpperCase(), '[secret]']) {
    assert.ok(!secret.equals(wrong));
  }
});

test('a deep comparison finds no two secrets equal, whatever they hold (HOOK-6)', () => {
  assert.ok(!isDeepStrictEqual(new Secret(VALUE), new Secret('another')));
  assert.ok(!isDeepStrictEqual({ a: new Secret(VALUE) }, { a: new Secret(VALUE) }));
  assert.ok(isDeepStrictEqual({ a: secret }, { a: secret }));
});

const waysOut: Record<string, () => unknown> = {
  concatenation: () => '' + String(secret),
  'util.format %s': () => format('%s', secret),
  'util.format %O': () => format('%O', secret),
  'util.format %j': () => format('%j', secret),
  'Object.entries': () => JSON.stringify(Object.entries(secret)),
  'object spread': () => inspect({ ...secret }, { showHidden: true }),
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

function printed(print: (log: Console['log'], console: Console) => void): string {
  const stream = new PassThrough();
  const console = new Console(stream);
  print(console.log, console);
  return String(stream.read());
}
