import { nodeVersionProblem } from '@app/platform/node-version';

// Before any other import: an older Node fails on them, with a message about syntax.
const problem = nodeVersionProblem();
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

const { serve } = await import('@app/platform/service/serve');
const { buildApp } = await import('./app.ts');
const { modules } = await import('./modules.ts');
const { api } = await import('./service.ts');
await serve(api, { modules, buildApp }, process.argv.slice(2));
