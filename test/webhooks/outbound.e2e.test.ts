import { copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generateModule } from '../../src/operations/generate.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolder } from '../support/folder.ts';
import { emit } from '../support/profiles.ts';
import { linkDependencies, runIn } from '../support/workbench.ts';

const packages = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const script = fileURLToPath(new URL('support/outbound-clients.mjs', import.meta.url));

test('what an emitted service delivers, the clients of subscribers verify', async () => {
  const catalogue = await catalogueHere();
  const root = await emit('minimal', emptyFolder(), catalogue);
  await generateModule(
    { directory: root, generator: 'outbound-webhook', name: 'orders' },
    catalogue,
  );
  linkDependencies(root);
  linkClients(root);
  mkdirSync(join(root, 'test/clients'));
  copyFileSync(script, join(root, 'test/clients/outbound.test.mjs'));
  const run = runIn(root, ['node', '--test', 'test/clients/outbound.test.mjs']);
  expect(run.status, run.stdout + run.stderr).toBe(0);
  expect(run.stdout).toMatch(/pass 2\b/);
});

// Beside the project's own packages, of which none may be another one for it.
function linkClients(root: string): void {
  for (const name of readdirSync(packages)) {
    if (name.startsWith('.') || name.startsWith('@')) continue;
    const link = join(root, 'node_modules', name);
    if (!existsSync(link)) symlinkSync(join(packages, name), link);
  }
}
