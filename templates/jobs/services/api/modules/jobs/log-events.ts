import { count, defineEvent, error, identifier, optional } from '@app/platform/logging/event';

const job = { kind: identifier, job: count, attempt: count };

export const events = {
  // It is done, and says what came of it.
  jobTold: defineEvent('job-told', 'warn', { ...job, what: identifier }),
  jobPutOff: defineEvent('job-put-off', 'warn', { ...job, err: optional(error) }),
  // Nobody will do it until an operator has decided: `npm run jobs -- dead`.
  jobDead: defineEvent('job-dead', 'warn', { ...job, err: optional(error) }),
  jobTakenOver: defineEvent('job-taken-over', 'warn', job),
  jobGivenBack: defineEvent('job-given-back', 'info', job),
  workerFailed: defineEvent('worker-failed', 'error', { err: error }),
} as const;
