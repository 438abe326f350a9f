import { describe, test } from 'vitest';

import { mask } from '../../templates/app/platform/src/logging/masking.ts';
import { expectLinear } from './growth.ts';

/** Beginnings of what the emitted masking net looks for, none of which ends. */
const SEEDS = 'a 1 + @ a@ a. a:// token= A1 %40 \\" a: Bearer eyJ - DE89 4242 sk_'.split(' ');

describe('the emitted masking net takes linear time on a quarter of a megabyte', () => {
  test.each([...SEEDS, '1 ', '-----BEGIN '])('of %s', (seed) => expectLinear(mask, seed));
});
