import { Type } from 'typebox';

// Below the time that a request may take at all, so that a slow probe is recorded and not cut off.
const LARGEST_BUDGET_MS = 5_000;

export const BUDGET_MS = 'HEALTH_CHECK_SEARCH_INDEX_BUDGET_MS';

export const env = {
  [BUDGET_MS]: Type.Integer({
    default: 250,
    minimum: 1,
    maximum: LARGEST_BUDGET_MS,
    description: 'a number of milliseconds from 1 to 5000',
  }),
} as const;
