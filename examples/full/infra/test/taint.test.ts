import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHosts } from '../components/hosts.ts';
import { contributions } from '../modules.ts';
import { build } from '../components/program.ts';
import { captureTwice, taintOf } from './taint.ts';

// Captured before any test: the runner follows every promise within a test, and a capture has tens of thousands.
const runs = await captureTwice((settings) => ({ ...build(settings, contributions, readHosts()) }));
const leaking = await captureTwice((settings) => ({
  ...build(settings, contributions, readHosts()),
  leaked: Buffer.from(process.env['GITHUB_TOKEN'] ?? '').toString('base64'),
}));

test('no secret that the program could have come by is in what it asks for or tells (SUPPLY-5)', () => {
  assert.deepEqual(taintOf(...runs), []);
});

test('a secret of the environment is found in an output, encoded (SUPPLY-5)', () => {
  const found = taintOf(...leaking).map(({ rule, urn }) => [rule, urn]);
  assert.deepEqual(found, [['TAINT-01', 'outputs']]);
});
