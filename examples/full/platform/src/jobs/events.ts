import { count, defineEvent, error, identifier, optional } from '../logging/events.ts';

const job = { kind: identifier, job: count, attempt: count };

export const events = {
  // The job succeeded, and its handler reported one word.
  jobTold: defineEvent('job-told', 'warn', { ...job, what: identifier }),
  jobPutOff: defineEvent('job-put-off', 'warn', { ...job, err: optional(error) }),
  // The job stays until an operator decides about it: `npm run jobs -- dead`.
  jobDead: defineEvent('job-dead', 'warn', { ...job, err: optional(error) }),
  jobTakenOver: defineEvent('job-taken-over', 'warn', job),
  jobGivenBack: defineEvent('job-given-back', 'info', job),
  workerFailed: defineEvent('worker-failed', 'error', { err: error }),
} as const;
