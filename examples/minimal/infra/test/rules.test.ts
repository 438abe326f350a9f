import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { captureProject } from './example.ts';
import { stackFileFindings } from './rules/bans.ts';
import { findingsOf, rules } from './rules.ts';

const infra = new URL('../', import.meta.url);

// Before any test: the runner follows every promise within one, and a capture has tens of thousands.
const { graph, secretOutputs } = await captureProject();

test('what the project asks for breaks no rule (SUPPLY-5, OBS-2)', () => {
  assert.deepEqual(findingsOf(graph), []);
  assert.deepEqual(secretOutputs, []);
});

test('every rule has a name of its own and says what it demands', () => {
  const ids = rules.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)]);
  for (const { id, demands } of rules) {
    assert.match(id, /^[A-Z0-9]{2,4}-\d{2}$/);
    assert.match(demands, /\.( \(.*\))?$/);
  }
});

test('no stack file holds a secret, and none is encrypted with a passphrase (SUPPLY-5)', () => {
  const files = readdirSync(infra).filter((file) => /^Pulumi\..+\.yaml/.test(file));
  assert.notEqual(files.length, 0);
  for (const file of files)
    assert.deepEqual(stackFileFindings(file, readFileSync(new URL(file, infra), 'utf8')), []);
  const bad = [
    'config:\n  infra:token:\n    secure: v1:AAAA',
    'encryptionsalt: v1:x',
    'secretsprovider: passphrase',
  ];
  for (const text of bad) assert.equal(stackFileFindings('Pulumi.dev.yaml', text).length, 1);
});
