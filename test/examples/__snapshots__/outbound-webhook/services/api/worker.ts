import { nodeVersionProblem } from '@app/platform/node-version';

// Before any other import: an older Node fails on them, with a message about syntax.
const problem = nodeVersionProblem();
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

const { runWorker } = await import('@app/platform/jobs/worker-process');
const { jobs } = await import('./jobs.ts');
const { api } = await import('./service.ts');
await runWorker(api, jobs, process.argv.slice(2));
