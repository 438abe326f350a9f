import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateModule } from '../../src/operations/generate.ts';
import { linkInfraToProofs, overlayProofs } from '../proofs/overlay.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emit } from '../support/profiles.ts';
import { linkDependencies, linkInfraDependencies, runIn } from '../support/workbench.ts';

const WEBHOOK = fileURLToPath(new URL('../../templates/webhook/', import.meta.url));

/** Emits a project with every guard that the mutations remove, its packages, its derived files and the proofs. */
export async function emitMutatedProject(parent: string): Promise<string> {
  const catalogue = await catalogueHere();
  const directory = await emit('minimal', parent, catalogue);
  for (const generator of [
    'health-check',
    'integration',
    'model-client',
    'webhook',
    'outbound-webhook',
  ])
    await generateModule({ directory, generator, name: 'disk' }, catalogue);
  for (const generator of ['mail', 'telemetry'])
    await generateModule({ directory, generator }, catalogue);
  // The module has the one scheme that was asked for. The other nine go beside it.
  const module = 'services/api/modules/webhook-';
  cpSync(join(WEBHOOK, `${module}acme-specimen`), join(directory, `${module}disk`), {
    recursive: true,
    force: false,
    filter: (source) => !/acme-specimen[.]/.test(source),
  });
  linkDependencies(directory);
  const refreshed = runIn(directory, ['npm', 'run', '--silent', 'refresh']);
  if (refreshed.status !== 0) throw new Error(refreshed.stdout + refreshed.stderr);
  linkInfraDependencies(directory);
  overlayProofs(directory);
  return directory;
}

/** A second project with the same files, so that two mutants can run at once. */
export function copyProject(root: string, copy: string): string {
  cpSync(root, copy, { recursive: true, filter: (source) => !source.endsWith('/node_modules') });
  linkDependencies(copy);
  linkInfraDependencies(copy);
  linkInfraToProofs(copy);
  return copy;
}
