import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { testSecret } from '../../platform/test/support/webhooks.ts';
import {
  decoded,
  hmac,
  isMac,
  jsonObject,
  only,
  sameBytes,
  textOf,
  unixMilliseconds,
  unixSeconds,
} from '@app/platform/webhooks/scheme';

test('a header that comes twice, or not at all, has no value (HOOK-1)', () => {
  const headers = new Map([
    ['once', ['a']],
    ['twice', ['a', 'a']],
    ['none', []],
  ]);
  assert.equal(only(headers, 'once'), 'a');
  for (const name of ['twice', 'none', 'absent', 'Once'])
    assert.equal(only(headers, name), undefined);
});

test('a time is digits, and nothing that a number could be read from (HOOK-2)', () => {
  assert.deepEqual(unixSeconds('1614265330'), new Date('2021-02-25T15:02:10Z'));
  assert.deepEqual(unixMilliseconds('1614265330123'), new Date('2021-02-25T15:02:10.123Z'));
  const sloppy = ['', ' ', '0', '01614265330', '1614265330abc', '+1614265330', '-1614265330'];
  sloppy.push('1614265330.0', '1e9', '0x60000000', '1614265330\n', ' 1614265330', '١٦١٤٢٦٥٣٣٠');
  sloppy.push('9'.repeat(20), 'NaN', 'Infinity');
  for (const text of [...sloppy, undefined]) {
    assert.equal(unixSeconds(text), undefined, text);
    assert.equal(unixMilliseconds(text), undefined, text);
  }
  for (const longest of [unixSeconds('9'.repeat(11)), unixMilliseconds('9'.repeat(14))])
    assert.ok(Number.isFinite(longest?.getTime()));
});

test('bytes are read from the one text that is theirs (HOOK-1)', () => {
  const bytes = Buffer.from([0xfb, 0xff, 0x10, 0x01]);
  for (const [encoding, text] of [
    ['base64', '+/8QAQ=='],
    ['base64url', '-_8QAQ'],
    ['hex', 'fbff1001'],
  ] as const) {
    assert.deepEqual(decoded(text, encoding), bytes);
    const sloppy = ['', ` ${text}`, `${text}\n`, `${text}=`, `${text}é`];
    for (const other of [...sloppy, text.slice(0, -1)])
      assert.equal(decoded(other, encoding), undefined, other);
  }
  // Other stray bits, the other alphabet, half a byte: Buffer.from takes them all.
  for (const text of ['+/8QAR==', '-_8QAQ==', '+/8QAQ'])
    assert.equal(decoded(text, 'base64'), undefined);
  for (const text of ['-_8QAR', '+/8QAQ']) assert.equal(decoded(text, 'base64url'), undefined);
  for (const text of ['fbff1001f', 'fbff1001zz', 'FBFF1001'])
    assert.equal(decoded(text, 'hex'), undefined);
});

test('a MAC is equal in whole and as written, or not at all (HOOK-1)', () => {
  const key = testSecret(1);
  const mac = hmac('sha256', key, 'a', Buffer.from('b'));
  assert.deepEqual(mac, createHmac('sha256', key).update('ab').digest());
  const hex = mac.toString('hex');
  assert.ok(isMac(hex, mac, 'hex'));
  for (const other of ['', hex.slice(2), hex.slice(0, -1), `${hex}00`, hex.toUpperCase()])
    assert.ok(!isMac(other, mac, 'hex'), other);
  assert.ok(!isMac(mac.toString('base64url'), mac, 'base64'));
  assert.ok(!sameBytes(mac, mac.subarray(1)));
  assert.ok(!sameBytes(Buffer.alloc(0), mac));
});

test('nothing is signed with an empty key (HOOK-1)', () => {
  assert.throws(() => hmac('sha256', '', 'a'), /empty/);
  assert.throws(() => hmac('sha1', Buffer.alloc(0), 'a'), /empty/);
});

test('bytes that are no text are none, and no replaced characters (HOOK-1)', () => {
  assert.equal(textOf(Buffer.from('é')), 'é');
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]])
    assert.equal(textOf(Buffer.from(bytes)), undefined);
  assert.equal(textOf(Buffer.from([0xef, 0xbb, 0xbf, 0x7b]))?.length, 2);
});

test('an object is one whole JSON object', () => {
  assert.deepEqual(jsonObject(Buffer.from('{"a":1}')), { a: 1 });
  for (const text of ['', '[]', 'null', '"a"', '1', '{"a":1', '{"a":1}}', '\u{feff}{}'])
    assert.equal(jsonObject(Buffer.from(text)), undefined, text);
});
