import { nodeVersionProblem } from '@app/platform/node-version';

// Before anything else is imported: an older Node fails on the imports, with a message about syntax.
const problem = nodeVersionProblem();
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

const { serve } = await import('./serve.ts');
await serve(process.argv.slice(2));
