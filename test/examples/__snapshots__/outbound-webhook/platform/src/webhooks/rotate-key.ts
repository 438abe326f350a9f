import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import type { Secret, WritableSecretStore } from '../secrets/secret.ts';
import type { KeyCommand } from './key-command.ts';
import { requireUsable, USED_LATELY_HOURS } from './key-ring.ts';
import type { KeysFile } from './keys-file.ts';
import { openKeys, timeText } from './keys-file.ts';
import { generationsOf, keyAfter, withEnd } from './operate.ts';
import type { Endpoint, EndpointKey } from './webhooks.ts';

// The sender retries for a day what it signed before it changed keys: those deliveries are still accepted.
const OVERLAP_MS = 24 * 3_600_000;

// A sender that used the old key within this time still signs with it. (CHECK-10)
const QUIET_MS = 15 * 60_000;

export type Rotated = Pick<Endpoint<never>, 'id' | 'scheme'> & { readonly keys: KeysFile };

export interface Rotating {
  readonly endpoint: Rotated;
  readonly secrets: WritableSecretStore;
  readonly actor: string;
  readonly ask: (command: KeyCommand) => Promise<Result<string, string>>;
  readonly now?: () => number;
}

export interface Beginning {
  readonly ticket: string;
  /** The secret that the sender made, or a new one. */
  readonly secret: () => Promise<Secret>;
}

/** Adds the next key beside the one in use, and both are accepted. A second call changes nothing. (CHECK-10) */
export async function beginRotation(
  rotating: Rotating,
  { ticket, secret }: Beginning,
): Promise<Result<string, string>> {
  const { endpoint, secrets, now = Date.now } = rotating;
  const { keys, replace } = await openKeys(endpoint.keys);
  const at = new Date(now());
  const { newest, older } = generationsOf(keys, at);
  const given = await secret();
  const isBegun = older.some(({ notAfter }) => notAfter === undefined);
  const isKnown = newest !== undefined && (await isSecretOf(secrets, newest, given));
  if (isBegun && newest) {
    if (!isKnown) return err(`A rotation to ${newest.id} is under way: end it first.`);
    return ok(begunText(newest, older));
  }
  if (isKnown) return err(`That is the secret of ${newest?.id} already: it has to be a new one.`);
  const next = keyAfter(endpoint.id, keys, at);
  requireUsable(endpoint, { id: next.id, secret: given });
  return onRecord(rotating, { change: 'begin', keys: [next], ticket }, async () => {
    // The secret first: a listed key without a secret would be missing.
    await secrets.set(next.secret, given);
    await replace([...keys, next]);
    return begunText(next, [...older, ...(newest ? [newest] : [])]);
  });
}

export interface Ending {
  readonly ticket: string;
  /** When the old key ends: after a day by default. */
  readonly at?: Date | undefined;
  /** Ends it now although it is in use, because it has leaked. */
  readonly atOnce: boolean;
}

/** Gives the old keys an end after the sender has changed to the new one. (CHECK-10) */
export async function endRotation(
  rotating: Rotating,
  { ticket, at, atOnce }: Ending,
): Promise<Result<string, string>> {
  const { endpoint, now = Date.now } = rotating;
  const { keys, replace } = await openKeys(endpoint.keys);
  const { newest, older } = generationsOf(keys, new Date(now()));
  const ending = older.filter(({ notAfter }) => notAfter === undefined || at || atOnce);
  if (ending.length === 0) return ok(keysText(keys));
  if (!atOnce) {
    const refusal = await stillInUse(rotating, newest, ending);
    if (refusal !== undefined) return err(refusal);
  }
  const until = new Date(atOnce ? now() : (at?.getTime() ?? now() + OVERLAP_MS));
  return onRecord(rotating, { change: 'end', keys: ending, ticket }, async () => {
    const changed = withEnd(keys, ending, until);
    await replace(changed);
    return `${keysText(changed)}\n${DEPLOY}`;
  });
}

/** Ends every key if one has leaked and there is no other: every delivery is refused until a key begins. */
export async function disableEndpoint(
  rotating: Rotating,
  { ticket }: { readonly ticket: string },
): Promise<Result<string, string>> {
  const { endpoint, now = Date.now } = rotating;
  const { keys, replace } = await openKeys(endpoint.keys);
  const at = new Date(now());
  const { newest, older } = generationsOf(keys, at);
  const ending = [...older, ...(newest ? [newest] : [])];
  const told = `${endpoint.id} answers 403 until a key begins. ${DEPLOY}`;
  if (ending.length === 0) return ok(told);
  return onRecord(rotating, { change: 'end', keys: ending, ticket }, async () => {
    await replace(withEnd(keys, ending, at));
    return told;
  });
}

/** Each key with its window and its recent use. */
export async function rotationStatus(rotating: Rotating): Promise<Result<string, string>> {
  const { keys } = await openKeys(rotating.endpoint.keys);
  const used = await usedBy(rotating);
  if (!used.ok) return used;
  const lines = keys.map((key) => {
    const use = used.value.get(key.id);
    const proven = use ? `${use.count}, the last at ${timeText(use.last)}` : 'none';
    return `${keyText(key)}; proved within ${USED_LATELY_HOURS} hours: ${proven}`;
  });
  return ok(lines.join('\n') || 'There is no key.');
}

const DEPLOY =
  'A running service follows within a minute. Commit keys.json, and deploy it where another checkout runs.';

function begunText(next: EndpointKey, older: readonly EndpointKey[]): string {
  const others = older.map(({ id }) => id).join(', ');
  return [keyText(next), ...(others ? [`Still accepted: ${others}`] : []), DEPLOY].join('\n');
}

function keysText(keys: readonly EndpointKey[]): string {
  return keys.map(keyText).join('\n') || 'There is no key.';
}

function keyText({ id, notBefore, notAfter }: EndpointKey): string {
  const window = [
    notBefore ? `from ${timeText(notBefore)}` : 'from the beginning',
    ...(notAfter ? [`until ${timeText(notAfter)}`] : []),
  ];
  return `${id}: accepted ${window.join(' ')}`;
}

async function isSecretOf(secrets: WritableSecretStore, key: EndpointKey, given: Secret) {
  const stored = await secrets.read(key.secret).catch(() => undefined);
  return stored !== undefined && given.equals(stored.reveal());
}

// The new key must prove deliveries, and the old key must prove none.
async function stillInUse(
  rotating: Rotating,
  newest: EndpointKey | undefined,
  ending: readonly EndpointKey[],
): Promise<string | undefined> {
  const { now = Date.now } = rotating;
  const used = await usedBy(rotating);
  if (!used.ok) return used.error;
  const busy = ending.find(({ id }) => {
    const last = used.value.get(id)?.last;
    return last !== undefined && last.getTime() > now() - QUIET_MS;
  });
  if (busy)
    return `${busy.id} has proven a delivery within ${QUIET_MS / 60_000} minutes: the sender still signs with it. If it has leaked, end it with --now.`;
  if (newest && !used.value.has(newest.id))
    return `${newest.id} has proven no delivery lately: have the sender send one. With --now nothing is waited for.`;
  return undefined;
}

async function usedBy({ endpoint, actor, ask }: Rotating) {
  const answer = await ask({ verb: 'keys-used', actor, endpoint: endpoint.id });
  if (!answer.ok) return answer;
  const rows = JSON.parse(answer.value) as { key: string; count: number; last: string }[];
  return ok(
    new Map(rows.map(({ key, count, last }) => [key, { count, last: new Date(last) }] as const)),
  );
}

interface Change {
  readonly change: 'begin' | 'end';
  readonly keys: readonly EndpointKey[];
  readonly ticket: string;
}

// Write the audit event first: a change that cannot be recorded does not happen. A failure is recorded after it. (OBS-1)
async function onRecord(
  { endpoint, actor, ask }: Rotating,
  { change, keys, ticket }: Change,
  apply: () => Promise<string>,
): Promise<Result<string, string>> {
  const ids = keys.map(({ id }) => id);
  const note = (outcome: 'success' | 'failure') =>
    ask({ verb: 'note-key', actor, endpoint: endpoint.id, change, keys: ids, outcome, ticket });
  const noted = await note('success');
  if (!noted.ok) return noted;
  try {
    return ok(await apply());
  } catch (error) {
    await note('failure');
    throw error;
  }
}
