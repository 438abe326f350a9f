import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delayAfter } from '@app/platform/jobs/definition';

const [least, most] = [() => 0, () => 1];

test('the delay doubles from a second to an hour, and half of it is drawn', () => {
  const whole = [1, 2, 3, 4, 12, 13, 14, 100].map((tried) => delayAfter(tried, most));
  assert.deepEqual(whole, [1_000, 2_000, 4_000, 8_000, 2_048_000, 3_600_000, 3_600_000, 3_600_000]);
  for (const tried of [1, 5, 50])
    assert.equal(delayAfter(tried, least), delayAfter(tried, most) / 2, `after ${tried}`);
});

test('jobs that failed together do not come back together', () => {
  const delays = Array.from({ length: 50 }, () => delayAfter(10));
  assert.ok(new Set(delays).size > 40);
  assert.ok(delays.every((delay) => delay >= 256_000 && delay <= 512_000));
});
