import { nodeVersionProblem } from '@app/platform/node-version';

// Before anything else is imported: an older Node fails on the imports, with a message about syntax.
const problem = nodeVersionProblem();
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

const { runWorker } = await import('./modules/jobs/worker-process.ts');
await runWorker(process.argv.slice(2));
