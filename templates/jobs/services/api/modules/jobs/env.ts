import { Type } from 'typebox';
import { receiver } from '@app/platform/service/environment';

// Each job that is being done holds a session, and a process has ten of them.
const MOST_AT_ONCE = 8;

export const JOB_LIMIT = 'WORKER_JOB_LIMIT';

// Absent means off, and nothing of it loads.
export const LINEAGE_URL = 'OPENLINEAGE_URL';

export const env = {
  [JOB_LIMIT]: Type.Integer({
    default: 4,
    minimum: 1,
    maximum: MOST_AT_ONCE,
    description: 'how many jobs are done at once, from 1 to 8',
  }),
  [LINEAGE_URL]: Type.Optional(receiver('http://localhost:5000')),
} as const;
