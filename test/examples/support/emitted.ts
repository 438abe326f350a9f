import { join } from 'node:path';
import { createProject } from '../../../src/operations/create.ts';
import { generateModule } from '../../../src/operations/generate.ts';
import { catalogueHere } from '../../support/catalogue.ts';
import { emptyFolder } from '../../support/folder.ts';
import { EMBEDDED, linkDependencies, runIn } from '../../support/workbench.ts';

/** The longest and the shortest name there can be: what stands beside them must still be formatted. */
export const LONGEST = 'a-name-of-thirty-characters-ok';
export const SHORTEST = 'a';

/** The longest label, in an origin that is long besides. */
const BASE_URL = `https://${'a'.repeat(63)}.a-long-name.example.com:8443`;

/** Every type, required and optional, under names of both lengths, and the longest list of fields there can be. */
export const RESOURCES: Readonly<Record<string, string>> = {
  anameofthirtycharactersinaword:
    'number:text,total:integer,paid:boolean,due_at:timestamp,customer:uuid,remark:text?,rebate:integer?,open:boolean?,' +
    'paid_at:timestamp?,order_reference:uuid?,position:integer,time:text?',
  x: Array.from('abcdefghijkl', (letter) => `${letter.repeat(40)}:timestamp?`).join(','),
};

export interface Profile {
  readonly notes?: boolean;
  readonly healthChecks?: readonly string[];
  readonly integrations?: readonly string[];
  readonly modelClients?: readonly string[];
  /** Who sends, and how they sign. */
  readonly webhooks?: Readonly<Record<string, string>>;
  readonly outboundWebhooks?: readonly string[];
  readonly resources?: Readonly<Record<string, string>>;
}

export async function emitted({
  notes = false,
  healthChecks = [],
  integrations = [],
  modelClients = [],
  webhooks = {},
  outboundWebhooks = [],
  resources = {},
}: Profile): Promise<string> {
  const catalogue = await catalogueHere();
  const { directory } = await createProject(
    { directory: join(emptyFolder(), 'my-app'), answers: { notes } },
    catalogue,
  );
  for (const name of healthChecks)
    await generateModule({ directory, generator: 'health-check', name }, catalogue);
  for (const name of integrations) {
    const answers = { baseUrl: BASE_URL };
    await generateModule({ directory, generator: 'integration', name, answers }, catalogue);
  }
  for (const name of modelClients)
    await generateModule({ directory, generator: 'model-client', name }, catalogue);
  for (const [name, scheme] of Object.entries(webhooks))
    await generateModule({ directory, generator: 'webhook', name, answers: { scheme } }, catalogue);
  for (const name of outboundWebhooks)
    await generateModule({ directory, generator: 'outbound-webhook', name }, catalogue);
  await generateResources(directory, resources);
  return directory;
}

export async function generateResources(directory: string, resources = RESOURCES): Promise<void> {
  const catalogue = await catalogueHere();
  for (const [name, fields] of Object.entries(resources))
    await generateModule(
      { directory, generator: 'resource', name, answers: { fields } },
      catalogue,
    );
}

/** What the first failing step of the project's own check said; empty when it passed. */
export async function faultsOf(profile: Profile, env = EMBEDDED): Promise<string> {
  const root = await emitted(profile);
  linkDependencies(root);
  for (const command of [
    ['npm', 'run', '--silent', 'refresh'],
    ['npm', 'run', '--silent', 'check'],
  ] as const) {
    const run = runIn(root, [...command], env);
    if (run.status !== 0) return `${command.join(' ')}: ${run.stdout}${run.stderr}`;
  }
  return '';
}
