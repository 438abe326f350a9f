import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkOf } from '@app/platform/http/origins';

test('another /64 is another network', () => {
  const networks = ['2001:db8:0:7::1', '2001:db8:0:8::1', '2001:db8:1:7::1', '::1', 'fe80::1'];
  assert.equal(new Set(networks.map(networkOf)).size, networks.length);
});

test('a zone says which interface, not who', () => {
  assert.equal(networkOf('fe80::1%eth0'), networkOf('fe80::2%eth1'));
});

test('what is no address shares one network with everything else that is none', () => {
  for (const address of ['', 'localhost', '203.0.113.7, 10.0.0.1', '1.2.3', '[::1]', ':::'])
    assert.equal(networkOf(address), 'unknown', address);
});

test('an IPv4 address is a network of its own, however it arrives (AUTH-11)', () => {
  for (const address of [
    '203.0.113.7',
    '::ffff:203.0.113.7',
    '::ffff:cb00:7107',
    '::FFFF:CB00:7107',
  ])
    assert.equal(networkOf(address), '203.0.113.7');
  assert.notEqual(networkOf('203.0.113.8'), networkOf('203.0.113.7'));
  assert.notEqual(networkOf('::ffff:203.0.113.8'), networkOf('::ffff:203.0.113.7'));
});
