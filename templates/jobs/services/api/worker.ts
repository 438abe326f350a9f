import { nodeVersionProblem } from '@app/platform/node-version';

// Before any other import: an older Node fails on them, with a message about syntax.
const problem = nodeVersionProblem();
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

const { runWorker } = await import('./modules/jobs/worker-process.ts');
const { api } = await import('./service.ts');
await runWorker(api, process.argv.slice(2));
