import { existsSync, globSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { createPrivate, readPrivate } from '@app/platform/local/private-file';
import type { Result } from '@app/platform/result';
import { err } from '@app/platform/result';
import { Secret } from '@app/platform/secrets/secret';
import type { Endpoint } from '@app/platform/webhooks/webhooks';
import { timeText } from '@app/platform/webhooks/keys-file';
import { performOperation, thisOperator } from '@app/platform/commands/operation';
import { valueFrom } from '@app/platform/commands/secrets';
import { openOperatorStores } from '@app/platform/service/operator-stores';
import type { Service } from '@app/platform/service/service';
import type { Rotated, Rotating } from './rotate-key.ts';
import { webhooksCommand } from './webhooks-command.ts';
import { beginRotation, disableEndpoint, endRotation, rotationStatus } from './rotate-key.ts';

const MODULES = new URL('../', import.meta.url);

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
  modules = MODULES,
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

// A file of the operator alone, from which the sender is given it. Begun again, it is the same one. (HOOK-6)
async function generatedIn(path: string, newSecret: () => Secret): Promise<Secret> {
  await createPrivate(path, newSecret().reveal());
  return new Secret((await readPrivate(path)) ?? '');
}

// What is to be done at the sender stands beside the scheme, where whoever set it up reads it too.
function howToRotate(modules: URL, id: string, scheme: string): string {
  const file = new URL(`webhook-${id}/${scheme}.md`, modules);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [, steps] = /^## Rotate\n\n(.+?)\n*(?=^## |$(?![\s\S]))/ms.exec(text) ?? [];
  return steps ?? 'Give the sender the new one.';
}

/** Bad usage exits with 2, as README says; a refusal with 1. */
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
  );
}
