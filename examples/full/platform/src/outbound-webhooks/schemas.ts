import type { Static } from 'typebox';
import { Type } from 'typebox';
import { strictObject } from '../http/schemas.ts';
import { FAULTS } from './verdict.ts';

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';

// A page is held in memory.
const LARGEST_PAGE = 100;

// A week is enough to change keys at a subscriber. A key that leaked ends with an overlap of 0.
const LONGEST_OVERLAP_HOURS = 7 * 24;

// Each live key signs each message, and no rotation needs more.
export const MOST_KEYS = 4;

const Time = Type.String({ format: 'date-time' });
const orNull = <Schema extends ReturnType<typeof Type.String>>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);

export const SubscriberId = strictObject({ id: Type.String({ pattern: `^${UUID}$` }) });
export type SubscriberId = Static<typeof SubscriberId>;

// The client chooses the address only. The service makes the key, so no key is weak.
export const SubscriberDraft = strictObject({
  url: Type.String({ minLength: 1, maxLength: 2_000 }),
});
export type SubscriberDraft = Static<typeof SubscriberDraft>;

export const Rotation = strictObject({
  // How long the previous keys sign beside the new one.
  overlapHours: Type.Integer({ minimum: 0, maximum: LONGEST_OVERLAP_HOURS }),
});
export type Rotation = Static<typeof Rotation>;

export const Subscriber = strictObject({
  id: Type.String(),
  url: Type.String(),
  status: Type.Enum(['enabled', 'disabled']),
  disabledReason: Type.Union([Type.Enum(['asked', 'gone', 'failing', 'service']), Type.Null()]),
  disabledAt: orNull(Time),
  failingSince: orNull(Time),
  createdAt: Time,
  keys: Type.Array(strictObject({ id: Type.String(), createdAt: Time, endsAt: orNull(Time) }), {
    maxItems: MOST_KEYS,
  }),
});
export type Subscriber = Static<typeof Subscriber>;

// The secret is in this answer alone. A retry of the request is answered with null. (HOOK-6)
export const SubscriberWithSecret = strictObject({
  ...Subscriber.properties,
  secret: orNull(Type.String()),
});
export type SubscriberWithSecret = Static<typeof SubscriberWithSecret>;

export const PageQuery = strictObject({
  limit: Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, default: 20 }),
  // The end of the previous page: time in milliseconds and id.
  before: Type.Optional(Type.String({ pattern: `^[0-9]{1,14}_${UUID}$` })),
});
export type PageQuery = Static<typeof PageQuery>;

export const Page = strictObject({
  subscribers: Type.Array(Subscriber, { maxItems: LARGEST_PAGE }),
  next: orNull(Type.String()),
});
export type Page = Static<typeof Page>;

export const LogQuery = strictObject({
  limit: Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, default: 20 }),
  // The last id of the previous page.
  before: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,17}$' })),
});
export type LogQuery = Static<typeof LogQuery>;

export const Attempt = strictObject({
  id: Type.String(),
  event: Type.String({ description: 'The webhook-id, the same in each attempt.' }),
  type: Type.String(),
  attempt: Type.Integer(),
  at: Time,
  durationMs: Type.Integer(),
  status: Type.Union([Type.Integer(), Type.Null()]),
  fault: Type.Union([Type.Enum([...FAULTS]), Type.Null()]),
  nextAt: orNull(Time),
});
export type Attempt = Static<typeof Attempt>;

export const Log = strictObject({
  attempts: Type.Array(Attempt, { maxItems: LARGEST_PAGE }),
  next: orNull(Type.String()),
});
export type Log = Static<typeof Log>;
