import { Type } from 'typebox';
import { receiver } from '../service/environment.ts';

// Each running job holds a database session, and a process has ten of them.
const MOST_AT_ONCE = 8;

export const JOB_LIMIT = 'WORKER_JOB_LIMIT';

// If it is absent, lineage reports are off and their code is not loaded.
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
