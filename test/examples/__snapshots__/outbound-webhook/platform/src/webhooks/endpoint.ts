import type { SystemTx } from '../database/database.ts';
import type { Failed } from '../jobs/jobs.ts';
import type { EndpointKey, KeysFile } from './keys-file.ts';
import type { Scheme } from './scheme.ts';

/** What was sent, byte for byte, with the headers that its scheme keeps. */
export interface Raw {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Buffer;
}

declare const verified: unique symbol;

/**
 * What the signature covers, and nothing else that was sent. Only the job of an endpoint makes one,
 * from what was verified when it came: a handler cannot be called with anything else. (HOOK-1)
 */
export interface VerifiedWebhook<Payload> {
  readonly [verified]: true;
  readonly endpoint: string;
  /** The same in each attempt and each replay. */
  readonly delivery: bigint;
  readonly receivedAt: Date;
  readonly id: string | undefined;
  readonly at: Date | undefined;
  readonly payload: Payload;
  readonly body: Buffer;
}

export type Handled = Promise<Failed | void>;

interface Definition<Payload> {
  readonly id: string;
  readonly scheme: Scheme;
  /** None in force: the endpoint is disabled. */
  readonly keys: KeysFile | readonly EndpointKey[];
  readonly contentTypes: readonly string[];
  /** Names of query parameters that the sender adds. */
  readonly query?: readonly string[];
  /** How far the signed time may be from ours, both ways. */
  readonly toleranceSeconds?: number;
  /** For how long a delivery is the same one when it comes again. */
  readonly windowDays: number;
  /** For how long it is kept as it was sent. */
  readonly retainDays: number;
  readonly maxAttempts?: number;
  /** Undefined is none that the handler understands: it is kept, and its job is dead. */
  readonly parse: (body: Buffer) => Payload | undefined;
  /** Deliveries about the same thing are handled one after the other. */
  readonly lane?: (payload: Payload) => string | undefined;
  /** Writes through the transaction and does nothing else. A replay calls it again. (HOOK-3) */
  readonly handler: (tx: SystemTx, webhook: VerifiedWebhook<Payload>) => Handled;
}

export type Endpoint<Payload = unknown> = Required<Omit<Definition<Payload>, 'lane'>> &
  Pick<Definition<Payload>, 'lane'>;

const ID = /^[a-z][a-z0-9-]{0,31}$/;
const KEY_ID = /^[!-~]{1,100}$/;

// A sender gives up after days; its operators send again by hand weeks later.
const LEAST_WINDOW_DAYS = 7;
const LONGEST_DAYS = 3_650;

const TOLERANCE_SECONDS = 300;
const LONGEST_TOLERANCE_SECONDS = 3_600;

// With the backoff between them these are half a day.
const MAX_ATTEMPTS = 20;

export function defineEndpoint<Payload>(definition: Definition<Payload>): Endpoint<Payload> {
  const { id, keys, toleranceSeconds = TOLERANCE_SECONDS } = definition;
  const { windowDays, retainDays, query = [], maxAttempts = MAX_ATTEMPTS } = definition;
  if (!ID.test(id)) throw new TypeError('An endpoint is named like stripe, in 32 characters.');
  // A file is read when the service starts, which then says in a sentence what is wrong with it.
  if (!('file' in keys)) requireIds(id, keys);
  if (!(toleranceSeconds >= 1 && toleranceSeconds <= LONGEST_TOLERANCE_SECONDS))
    throw new RangeError(`${id} tolerates 1 to ${LONGEST_TOLERANCE_SECONDS} seconds.`);
  if (!(windowDays >= LEAST_WINDOW_DAYS && windowDays <= LONGEST_DAYS))
    throw new RangeError(`The window of ${id} is ${LEAST_WINDOW_DAYS} to ${LONGEST_DAYS} days.`);
  if (!(retainDays >= 1 && retainDays <= LONGEST_DAYS))
    throw new RangeError(`${id} keeps deliveries for 1 to ${LONGEST_DAYS} days.`);
  return { ...definition, query, toleranceSeconds, maxAttempts };
}

function requireIds(id: string, keys: readonly EndpointKey[]): void {
  const ids = keys.map((key) => key.id);
  if (!ids.every((each) => KEY_ID.test(each)) || new Set(ids).size !== ids.length)
    throw new TypeError(`Each key of ${id} has an id of its own.`);
}
