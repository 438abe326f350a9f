import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Job, JobPayload } from '../jobs.ts';

const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

const Payload = Type.Object(
  {
    subscriber: Type.String({ pattern: UUID }),
    event: Type.String({ pattern: UUID }),
    attempt: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
);

/** One attempt at one event for one subscriber. */
export type Delivery = Static<typeof Payload> & { readonly tenant: string };

// A job of ours that fails is no attempt of theirs: the database was away, or the key store. With the backoff between
// them these are half a day.
const MAX_ATTEMPTS = 20;

export const LANE = 'outbound:';

/**
 * A call, as soon as there is a turn. One at a time for each subscriber, so that one that is dead or slow holds up one
 * place of a worker, and its own deliveries.
 */
export const SEND = {
  kind: 'outbound-send',
  maxAttempts: MAX_ATTEMPTS,
  lane: ({ subscriber }: JobPayload) => `${LANE}${String(subscriber)}`,
} as const;

/** The wait before another call. It is in no lane: what is due meanwhile does not wait along. */
export const DUE = { kind: 'outbound-due', maxAttempts: MAX_ATTEMPTS } as const;

export function deliveryOf({ payload, tenant }: Pick<Job, 'payload' | 'tenant'>): Delivery {
  if (tenant === undefined) throw new Error('A delivery belongs to a tenant.');
  return { ...Value.Parse(Payload, payload), tenant };
}

export function payloadOf({ subscriber, event, attempt }: Delivery): JobPayload {
  return { subscriber, event, attempt };
}
