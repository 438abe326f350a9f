import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { RotatingKeyStore } from '../keys/keys.ts';
import { signingKey } from '../keys/keys.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import type { WritableSecretStore } from '../secrets/secret.ts';
import { Secret, SecretReference } from '../secrets/secret.ts';
import { openOperatorStores } from '../service/operator-stores.ts';
import type { OperatorServices } from '../service/module.ts';
import type { Service } from '../service/service.ts';
import { performOperation, thisOperator } from './operation.ts';
import type { SecretNote } from './operator-command.ts';
import { noteSecret } from './operator-command.ts';

const USAGE = `npm run secrets -- set <name> < file    the value comes from standard input
npm run secrets -- rotate <key>         such as audit`;

// The old key still verifies what it signed before the rotation and decrypts what it encrypted. The overlap is for
// signatures in progress.
const OVERLAP_MS = 5 * 60_000;

export interface Changing {
  readonly keys: Pick<RotatingKeyStore, 'rotate'>;
  readonly secrets: WritableSecretStore;
  readonly input: Readable & { readonly isTTY?: boolean };
  note(what: Omit<SecretNote, 'actor'>): Promise<Result<string, string>>;
}

interface Change {
  readonly action: SecretNote['action'];
  readonly done: string;
  apply(): Promise<void>;
}

/**
 * Records a change before it takes effect, so that no operator changes a key or a secret without a record. If the
 * change then fails, the failure is recorded too. (OBS-1)
 */
export async function changeSecret(
  changing: Changing,
  [verb, subject, ...rest]: readonly string[],
): Promise<Result<string, string>> {
  if (subject === undefined || rest.length > 0) return err(USAGE);
  const change = await changeOf(changing, verb, subject);
  if (change === undefined) return err(USAGE);
  const { action, done } = change;
  const noted = await changing.note({ action, outcome: 'success', subject });
  if (!noted.ok) return noted;
  try {
    await change.apply();
    return ok(done);
  } catch (error) {
    await changing.note({ action, outcome: 'failure', subject });
    throw error;
  }
}

async function changeOf(
  { keys, secrets, input }: Changing,
  verb: string | undefined,
  name: string,
): Promise<Change | undefined> {
  if (verb === 'rotate') {
    const key = signingKey(name);
    const apply = () => keys.rotate(key, OVERLAP_MS);
    return { action: 'key.rotate', done: `Rotated ${name}.`, apply };
  }
  if (verb !== 'set') return undefined;
  const reference = new SecretReference(name);
  const value = await valueFrom(input);
  const apply = () => secrets.set(reference, value);
  return { action: 'secret.set', done: `Set ${name}.`, apply };
}

// Never read a secret from an argument: every process can list arguments, and the shell keeps a history. (HOOK-6)
export async function valueFrom(input: Changing['input']): Promise<Secret> {
  if (input.isTTY) throw new Error('Pipe the value in: a terminal would show it.');
  return new Secret((await text(input)).replace(/\r?\n$/, ''));
}

export async function runCommand(
  service: Service,
  argv: readonly string[],
): Promise<Result<string, string>> {
  const config = service.readCommandConfig();
  if (!config.ok) return err(config.error.join('\n'));
  const { keys, secrets } = await openOperatorStores(service, config.value);
  const actor = thisOperator();
  const noting = {
    name: 'secrets',
    perform: ({ database }: OperatorServices, what: SecretNote) => noteSecret(database, what),
  };
  const note: Changing['note'] = (what) => performOperation(service, noting, { ...what, actor });
  return changeSecret({ keys, secrets, input: process.stdin, note }, argv);
}
