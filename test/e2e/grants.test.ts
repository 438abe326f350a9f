import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder } from '../support/folder.ts';
import { PROFILES, emit } from '../support/profiles.ts';
import { linkDependencies, linkInfraDependencies, runIn } from '../support/workbench.ts';

// The one proof of the infrastructure that reads the service. The others run when infra/ changes: infra.test.ts.
test.each(Object.keys(PROFILES))(
  'each call of %s to AWS has its grant, and each grant its call',
  async (profile) => {
    const root = await emit(profile, emptyFolder(), await catalogueHere());
    linkDependencies(root);
    linkInfraDependencies(root);
    const run = runIn(join(root, 'infra'), ['node', '--test', 'test/iam/calls.test.ts']);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toMatch(/^ℹ pass 2$/m);
  },
);
