import { expect, test } from 'vitest';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder } from '../support/folder.ts';
import { AVAILABLE, nodeOf } from '../support/nodes.ts';
import { emit } from '../support/profiles.ts';
import { linkDependencies, runIn } from '../support/workbench.ts';

// The emitted suite runs on the Node that it pins; the flags are named alike and mean more on the next line.
const NEXT_LINE = '26.10.0';

test.skipIf(!AVAILABLE)(`the locked start holds on Node ${NEXT_LINE} too`, async () => {
  const root = await emit('minimal', emptyFolder(), await catalogueHere());
  linkDependencies(root);
  const run = runIn(root, [
    nodeOf(NEXT_LINE),
    '--test',
    '--test-name-pattern=^locked',
    'platform/test/service.process.test.ts',
  ]);
  expect(run.status, run.stdout + run.stderr).toBe(0);
  expect(run.stdout).toMatch(/^ℹ pass [1-9]/m);
});
