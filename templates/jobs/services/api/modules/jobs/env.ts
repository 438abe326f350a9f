import { Type } from 'typebox';

// Each job that is being done holds a session, and a process has ten of them.
const MOST_AT_ONCE = 8;

export const JOB_LIMIT = 'WORKER_JOB_LIMIT';

export const env = {
  [JOB_LIMIT]: Type.Integer({
    default: 4,
    minimum: 1,
    maximum: MOST_AT_ONCE,
    description: 'how many jobs are done at once, from 1 to 8',
  }),
} as const;
