import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EgressDenied } from '@app/platform/egress/denied';
import { faultOf, verdictOf, waitAfter, WAITS_MS } from '@app/platform/outbound-webhooks/verdict';

const NOW = Date.parse('2026-01-31T12:00:00Z');
const HOUR_MS = 3_600_000;

function asked(status: number, retryAfter?: string): number | undefined {
  const verdict = verdictOf({ status, retryAfter }, NOW);
  return verdict.kind === 'failed' ? verdict.askedMs : Number.NaN;
}

test('2xx is received, 410 is goodbye, and everything else is tried again', () => {
  for (const status of [200, 201, 202, 204, 299])
    assert.equal(verdictOf({ status, retryAfter: undefined }).kind, 'delivered');
  assert.equal(verdictOf({ status: 410, retryAfter: undefined }).kind, 'gone');
  for (const status of [100, 301, 307, 400, 401, 404, 429, 500, 503, 599])
    assert.equal(verdictOf({ status, retryAfter: undefined }).kind, 'failed');
});

test('Retry-After is believed of 429 and 503, as seconds or as a date, and for a day at most', () => {
  assert.equal(asked(429, '120'), 120_000);
  assert.equal(asked(503, 'Sat, 31 Jan 2026 13:00:00 GMT'), HOUR_MS);
  assert.equal(asked(503, '999999999'), 24 * HOUR_MS);
  assert.equal(asked(503, 'Sat, 31 Jan 2099 13:00:00 GMT'), 24 * HOUR_MS);
  assert.equal(asked(500, '120'), undefined);
  for (const text of ['', '-1', '0', '1e9', '1.5', 'soon', 'Sat, 31 Jan 2026 11:00:00 GMT'])
    assert.equal(asked(503, text), undefined, text);
});

test('there are ten attempts over three days, none earlier than it says and no two together', () => {
  const days = WAITS_MS.reduce((sum, wait) => sum + wait, 0) / (24 * HOUR_MS);
  assert.ok(days > 3 && days < 4);
  for (const [index, wait] of WAITS_MS.entries()) {
    assert.equal(
      waitAfter(index + 1, 0, () => 0),
      wait,
    );
    assert.equal(
      waitAfter(index + 1, 0, () => 1),
      Math.round(wait * 1.2),
    );
  }
  assert.equal(waitAfter(WAITS_MS.length + 1), undefined);
  assert.equal(
    waitAfter(1, HOUR_MS, () => 0),
    HOUR_MS,
  );
  assert.equal(
    waitAfter(9, HOUR_MS, () => 0),
    24 * HOUR_MS,
  );
});

test('a fault is one of four words, and tells nothing of what lies inside (HOOK-4)', () => {
  assert.equal(faultOf(new EgressDenied('address')), faultOf(withCode('ENOTFOUND')));
  assert.equal(faultOf(withCode('ECONNREFUSED')), 'unreachable');
  assert.equal(faultOf(new DOMException('x', 'TimeoutError')), 'timeout');
  assert.equal(faultOf(withCode('UND_ERR_CONNECT_TIMEOUT')), 'timeout');
  assert.equal(faultOf(withCode('ERR_TLS_CERT_ALTNAME_INVALID')), 'certificate');
  assert.equal(faultOf(withCode('DEPTH_ZERO_SELF_SIGNED_CERT')), 'certificate');
});

function withCode(code: string): Error {
  return Object.assign(new Error('x'), { code });
}
