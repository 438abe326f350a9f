import { existsSync, globSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { performOperation, thisOperator } from '../commands/operation.ts';
import { valueFrom } from '../commands/secrets.ts';
import { createPrivate, readPrivate } from '../local/private-file.ts';
import type { Result } from '../result.ts';
import { err } from '../result.ts';
import { Secret } from '../secrets/secret.ts';
import { openOperatorStores } from '../service/operator-stores.ts';
import type { Service } from '../service/service.ts';
import { timeText } from './keys-file.ts';
import type { Rotated, Rotating } from './rotate-key.ts';
import { webhooksCommand } from './command.ts';
import { beginRotation, disableEndpoint, endRotation, rotationStatus } from './rotate-key.ts';
import type { Endpoint } from './webhooks.ts';

const BAD_USAGE = 2;

export const ROTATE_USAGE = `npm run rotate-webhook-key -- <endpoint> begin --ticket CHG-123 < file-with-the-new-secret
npm run rotate-webhook-key -- <endpoint> begin --ticket CHG-123 --generate <new-file>
npm run rotate-webhook-key -- <endpoint> status
npm run rotate-webhook-key -- <endpoint> end --ticket CHG-123 [--at 2030-01-31T12:00:00Z | --now]
npm run rotate-webhook-key -- <endpoint> disable --ticket CHG-123`;

const options = {
  ticket: { type: 'string' },
  generate: { type: 'string' },
  at: { type: 'string' },
  now: { type: 'boolean' },
} as const;

export interface RotateCommand {
  readonly endpoint: string;
  readonly verb: 'begin' | 'end' | 'disable' | 'status';
  readonly ticket: string;
  readonly generate?: string | undefined;
  readonly at?: Date | undefined;
  readonly now: boolean;
}

const TAKES: Readonly<Record<string, readonly string[]>> = {
  begin: ['ticket', 'generate'],
  end: ['ticket', 'at', 'now'],
  disable: ['ticket'],
  status: [],
};

export function parseRotateCommand(argv: readonly string[]): RotateCommand | undefined {
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [endpoint, verb = '', ...rest] = positionals;
    const takes = Object.hasOwn(TAKES, verb) ? TAKES[verb] : undefined;
    const isWhole = takes?.includes('ticket') === (values.ticket !== undefined);
    if (endpoint === undefined || rest.length > 0 || !takes || !isWhole) return undefined;
    if (!Object.keys(values).every((name) => takes.includes(name))) return undefined;
    const { at, now = false, ticket = '', generate } = values;
    if (at !== undefined && (now || !isTimeToCome(at))) return undefined;
    const until = at === undefined ? undefined : new Date(at);
    return { endpoint, verb: verb as RotateCommand['verb'], ticket, generate, at: until, now };
  } catch {
    return undefined;
  }
}

function isTimeToCome(text: string): boolean {
  const at = new Date(text);
  return at.getTime() > Date.now() && timeText(at) === text;
}

export interface RotationServices extends Omit<Rotating, 'endpoint'> {
  readonly input: Readable & { readonly isTTY?: boolean };
}

export async function performRotateCommand(
  services: RotationServices,
  command: RotateCommand,
  modules: URL,
): Promise<Result<string, string>> {
  const endpoint = await endpointNamed(command.endpoint, modules);
  if (!endpoint.ok) return endpoint;
  const rotating = { ...services, endpoint: endpoint.value };
  const { ticket, at, now, generate } = command;
  switch (command.verb) {
    case 'status':
      return rotationStatus(rotating);
    case 'disable':
      return disableEndpoint(rotating, command);
    case 'end':
      return endRotation(rotating, { ticket, at, atOnce: now });
    case 'begin': {
      const { newSecret, name } = endpoint.value.scheme;
      if (generate !== undefined && !newSecret)
        return err('Its sender makes the secret, or holds the private key: pipe in what it gives.');
      const secret = (): Promise<Secret> =>
        generate !== undefined && newSecret
          ? generatedIn(generate, newSecret)
          : valueFrom(services.input);
      const begun = await beginRotation(rotating, { ticket, secret });
      if (!begun.ok) return begun;
      const handing = generate === undefined ? [] : [`The new secret is in ${generate}.`];
      const steps = [begun.value, ...handing, howToRotate(modules, command.endpoint, name)];
      return { ok: true, value: steps.join('\n') };
    }
  }
}

async function endpointNamed(id: string, modules: URL): Promise<Result<Rotated, string>> {
  const known = globSync('webhook-*/endpoint.ts', { cwd: modules }).map(
    (file) => /^webhook-([a-z0-9-]+)/.exec(file)?.[1],
  );
  if (!known.includes(id))
    return err(`There is no such endpoint. There is: ${known.toSorted().join(', ') || 'none'}.`);
  const file = new URL(`webhook-${id}/endpoint.ts`, modules);
  const { endpoint } = (await import(file.href)) as { readonly endpoint: Endpoint<never> };
  return 'file' in endpoint.keys
    ? { ok: true, value: { ...endpoint, keys: endpoint.keys } }
    : err(`The keys of ${id} stand in its endpoint.ts: move them to a keys.json, for keysIn().`);
}

// A file that only the operator can read, to hand the secret to the sender. A second `begin` reads the same one. (HOOK-6)
async function generatedIn(path: string, newSecret: () => Secret): Promise<Secret> {
  await createPrivate(path, newSecret().reveal());
  return new Secret((await readPrivate(path)) ?? '');
}

// The steps at the sender are in the document of the scheme, beside the endpoint.
function howToRotate(modules: URL, id: string, scheme: string): string {
  const file = new URL(`webhook-${id}/${scheme}.md`, modules);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [, rest = ''] = text.split(/^## Rotate\n\n/m);
  return rest.split(/^## /m)[0]?.trimEnd() || 'Give the sender the new one.';
}

/** Exits with 2 for bad usage, and with 1 for a refusal. */
export async function runCommand(
  service: Service,
  argv: readonly string[],
): Promise<Result<string, string>> {
  const command = parseRotateCommand(argv);
  if (!command) {
    process.exitCode = BAD_USAGE;
    return err(ROTATE_USAGE);
  }
  const config = service.readCommandConfig();
  if (!config.ok) return err(config.error.join('\n'));
  const { secrets } = await openOperatorStores(service, config.value);
  const { perform } = webhooksCommand;
  const ask: RotationServices['ask'] = (asked) =>
    performOperation(service, { name: 'webhooks', perform }, asked as never);
  return performRotateCommand(
    { secrets, actor: thisOperator(), ask, input: process.stdin },
    command,
    new URL('modules/', service.folder),
  );
}
