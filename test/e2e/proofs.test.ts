import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { emitMutatedProject } from '../ledger/mutated-project.ts';
import { emptyFolderForFile } from '../support/folder.ts';
import { runIn } from '../support/workbench.ts';

const RUN = fileURLToPath(new URL('../proofs/run.ts', import.meta.url));

let root: string;
beforeAll(async () => {
  root = await emitMutatedProject(emptyFolderForFile());
});

test('the proofs compile with the code that they prove', () => {
  const config = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
    include: string[];
  };
  const include = [...config.include, 'proofs'];
  const proofs = { ...config, include, exclude: ['proofs/infra', '**/node_modules'] };
  writeFileSync(join(root, 'tsconfig.proofs.json'), JSON.stringify(proofs));
  const infra = { extends: './infra/tsconfig.json', include: ['proofs/infra/**/*.ts'] };
  writeFileSync(join(root, 'tsconfig.infra-proofs.json'), JSON.stringify(infra));
  for (const name of ['tsconfig.proofs.json', 'tsconfig.infra-proofs.json']) {
    const { status, stdout } = runIn(root, ['npx', '--no-install', 'tsc', '-p', name]);
    expect(stdout).toBe('');
    expect(status).toBe(0);
  }
});

test('every proof holds, on the server where there is one, in a project with all that is emitted', () => {
  const { status, stdout } = runIn(root, ['node', RUN, root]);
  expect(status, stdout.slice(stdout.indexOf('failing tests:'))).toBe(0);
});
