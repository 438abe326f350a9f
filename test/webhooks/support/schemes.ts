import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { linkDependencies } from '../../support/workbench.ts';
import type { Schemes } from './types.ts';

const templates = fileURLToPath(new URL('../../../templates', import.meta.url));

const FILES = [
  'platform/test/support/webhooks.ts',
  'platform/src/webhooks/standard-webhooks.ts',
  ...[
    'stripe.ts',
    'github.ts',
    'slack.ts',
    'square.ts',
    'adyen.ts',
    'shopify.ts',
    'twilio.ts',
    'custom.ts',
    'http-signature.ts',
    'http-signature/signed.ts',
  ].map((file) => `services/api/modules/webhook-acme-specimen/${file}`),
];

/** Every scheme, from a tree in which they lie as in a project: there each name of a package leads to its file. */
export async function schemesIn(folder: string): Promise<Schemes> {
  for (const part of ['app/platform', 'app/services'])
    cpSync(join(templates, part), join(folder, part.replace('app/', '')), { recursive: true });
  for (const generator of ['webhooks', 'webhook'])
    cpSync(join(templates, generator), folder, { recursive: true });
  linkDependencies(folder);
  const modules: object[] = [];
  for (const file of FILES)
    modules.push((await import(pathToFileURL(join(folder, file)).href)) as object);
  return Object.assign({}, ...modules) as Schemes;
}
