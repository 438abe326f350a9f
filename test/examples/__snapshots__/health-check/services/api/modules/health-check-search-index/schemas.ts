import type { Static } from 'typebox';
import { Type } from 'typebox';
import { strictObject } from '@app/platform/http/schemas';

export const Run = strictObject({
  ranAt: Type.String({ format: 'date-time' }),
  durationMs: Type.Integer(),
  passed: Type.Boolean(),
});
export type Run = Static<typeof Run>;

// The list shows the latest runs only.
export const RUNS_SHOWN = 20;

export const Runs = strictObject({ runs: Type.Array(Run, { maxItems: RUNS_SHOWN }) });
export type Runs = Static<typeof Runs>;
