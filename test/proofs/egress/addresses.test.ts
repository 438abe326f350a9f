import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayReach } from '@app/platform/egress/connect';

type Edges = readonly [before: string, first: string, last: string, after: string];

// A range from its first to its last address, and the public neighbours. Empty where the neighbour is special too.
const SPECIAL: readonly Edges[] = [
  ['', '0.0.0.0', '0.255.255.255', '1.0.0.0'],
  ['9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
  ['100.63.255.255', '100.64.0.0', '100.127.255.255', '100.128.0.0'],
  ['126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0'],
  ['168.63.129.15', '168.63.129.16', '168.63.129.16', '168.63.129.17'],
  ['169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
  ['172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
  ['191.255.255.255', '192.0.0.0', '192.0.0.255', '192.0.1.0'],
  ['192.0.1.255', '192.0.2.0', '192.0.2.255', '192.0.3.0'],
  ['192.88.98.255', '192.88.99.0', '192.88.99.255', '192.88.100.0'],
  ['192.167.255.255', '192.168.0.0', '192.168.255.255', '192.169.0.0'],
  ['198.17.255.255', '198.18.0.0', '198.19.255.255', '198.20.0.0'],
  ['198.51.99.255', '198.51.100.0', '198.51.100.255', '198.51.101.0'],
  ['203.0.112.255', '203.0.113.0', '203.0.113.255', '203.0.114.0'],
  ['223.255.255.255', '224.0.0.0', '255.255.255.255', ''],
  ['', '::', '1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2000::'],
  ['2000:ffff:ffff::', '2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', '2001:200::'],
  ['2001:db7:ffff::', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db9::'],
  ['2001:ffff:ffff::', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2003::'],
  ['3ffe:ffff:ffff::', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', '3fff:1000::'],
  ['3fff:ffff:ffff::', '4000::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ''],
];

const PRIVATE: readonly Edges[] = [
  ['', '10.0.0.0', '10.255.255.255', ''],
  ['', '100.64.0.0', '100.100.100.199', '100.100.100.200'],
  ['100.100.100.200', '100.100.100.201', '100.127.255.255', ''],
  ['', '172.16.0.0', '172.31.255.255', ''],
  ['', '192.168.0.0', '192.168.255.255', ''],
  ['fbff:ffff::', 'fc00::', 'fd00:ec1:ffff:ffff:ffff:ffff:ffff:ffff', 'fd00:ec2::'],
  ['fd00:ec2:ffff::', 'fd00:ec3::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'fe00::'],
];

const NOWHERE = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fe80::1',
  '127.0.0.1',
  '::1',
  '0.0.0.0',
  '::',
  '::ffff:10.0.0.1',
  '168.63.129.16',
  '192.0.0.192',
];

test('a special range is refused from its first address to its last, and not beyond (HOOK-4)', () => {
  for (const [before, first, last, after] of SPECIAL) {
    for (const address of [first, last]) assert.equal(mayReach('public', address), false, address);
    for (const address of [before, after].filter(Boolean))
      assert.equal(mayReach('public', address), true, address);
  }
});

test('class vpc reaches private addresses, and neither link-local nor metadata (HOOK-4)', () => {
  for (const [before, first, last, after] of PRIVATE) {
    for (const address of [first, last]) assert.equal(mayReach('vpc', address), true, address);
    for (const address of [before, after].filter(
      (edge) => edge.includes(':') || edge === '100.100.100.200',
    ))
      assert.equal(mayReach('vpc', address), false, address);
  }
  for (const address of NOWHERE) assert.equal(mayReach('vpc', address), false, address);
  assert.equal(mayReach('vpc', '8.8.8.8'), true);
});

test('an entry for this machine reaches this machine and no other (HOOK-4)', () => {
  for (const address of ['127.0.0.1', '127.255.255.255', '::1'])
    assert.equal(mayReach('loopback', address), true, address);
  for (const address of [
    '8.8.8.8',
    '10.0.0.1',
    '128.0.0.0',
    '::2',
    '::ffff:127.0.0.1',
    '169.254.169.254',
  ])
    assert.equal(mayReach('loopback', address), false, address);
});
