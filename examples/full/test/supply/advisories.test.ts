import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advisoriesIn, issueFor } from '../../scripts/advisories/read.ts';

const ID = 'GHSA-2222-cccc-ffff';
const said = (via: unknown): string => JSON.stringify({ vulnerabilities: { x: { via } } });
const advisory = { url: `https://github.com/advisories/${ID}`, severity: 'critical', name: 'x' };

test('an advisory is one, however many packages it reaches (SUPPLY-3)', () => {
  const answer = said([advisory, 'x', advisory, { ...advisory, severity: 'high' }]);
  assert.deepEqual(advisoriesIn(answer, 'critical'), [{ id: ID, package: 'x' }]);
  assert.deepEqual(advisoriesIn(said([{ ...advisory, severity: 'high' }]), 'critical'), []);
  assert.equal(advisoriesIn(said([{ ...advisory, severity: 'high' }]), 'high').length, 1);
});

test('an answer that is none does not read as nothing found (SUPPLY-3)', () => {
  for (const answer of ['{"error":{"code":"ENETUNREACH"}}', '{}', '{"vulnerabilities":null}', ''])
    assert.throws(() => advisoriesIn(answer, 'critical'), /did not get an answer/);
});

test('nothing that a stranger writes into an advisory reaches an issue (SUPPLY-3)', () => {
  const hostile = '$(touch /tmp/x) ${{ secrets.A }} <img src=x> @everyone `';
  const texts = [
    { ...advisory, title: hostile, name: hostile, range: hostile },
    { ...advisory, url: `https://evil.example.com/?${hostile}` },
    { ...advisory, url: `https://github.com/advisories/${ID}${hostile}` },
  ].flatMap((via) => advisoriesIn(said([via]), 'critical').map(issueFor));
  assert.equal(texts.length, 1);
  for (const { title, body } of texts) {
    assert.equal(title, `Critical advisory ${ID} in a package`);
    for (const part of ['$(', '${{', '<', '@', 'evil']) assert.ok(!body.includes(part), part);
  }
});
