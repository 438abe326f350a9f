import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advisoriesIn, issueFor } from '../../scripts/advisories.ts';

const ID = 'GHSA-2222-cccc-ffff';
const audited = (via: unknown): string => JSON.stringify({ vulnerabilities: { x: { via } } });
const advisory = { url: `https://github.com/advisories/${ID}`, severity: 'critical', name: 'x' };

test('an advisory is one, however many packages it reaches (SUPPLY-3)', () => {
  const answer = audited([advisory, 'x', advisory, { ...advisory, severity: 'high' }]);
  assert.deepEqual(advisoriesIn(answer, 'critical'), [{ id: ID, package: 'x' }]);
});

test('an advisory below the level is left out (SUPPLY-3)', () => {
  const high = audited([{ ...advisory, severity: 'high' }]);
  assert.deepEqual(advisoriesIn(high, 'critical'), []);
  assert.equal(advisoriesIn(high, 'high').length, 1);
});

test('no free text of an advisory reaches an issue (SUPPLY-3)', () => {
  const hostile = '$(touch /tmp/x) ${{ secrets.A }} <img src=x> @everyone `';
  const issues = [
    { ...advisory, title: hostile, name: hostile, range: hostile },
    { ...advisory, url: `https://evil.example.com/?${hostile}` },
    { ...advisory, url: `https://github.com/advisories/${ID}${hostile}` },
  ].flatMap((via) => advisoriesIn(audited([via]), 'critical').map(issueFor));
  assert.equal(issues.length, 1);
  for (const { title, body } of issues) {
    assert.equal(title, `Critical advisory ${ID} in a package`);
    for (const part of ['$(', '${{', '<', '@', 'evil']) assert.ok(!body.includes(part), part);
  }
});
