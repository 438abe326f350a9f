import { runJobsCommand } from '@app/platform/jobs/command';
import type { Result } from '@app/platform/result';
import type { Service } from '@app/platform/service/service';
import { jobs } from './jobs.ts';

/** `npm run jobs`, about the jobs that the modules of this service list. */
export function runCommand(
  service: Service,
  argv: readonly string[],
): Promise<Result<string, string>> {
  return runJobsCommand(service, jobs, argv);
}
