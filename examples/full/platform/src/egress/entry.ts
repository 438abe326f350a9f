import type { Static } from 'typebox';
import { Type } from 'typebox';

export const CLASSES = ['public', 'vpc', 'task-credentials'] as const;
export type EgressClass = (typeof CLASSES)[number];

/**
 * Where a cloud hands a task its credentials, and nothing else does: documented addresses, over plain HTTP. The machine's
 * (IMDS), an ECS task's, an EKS pod's; the first and the last over IPv6 too.
 */
export const CREDENTIAL_ADDRESSES: ReadonlySet<string> = new Set([
  '169.254.169.254',
  'fd00:ec2::254',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::23',
]);

// Two at least: one key that is lost or changed in a hurry must not cut the service off.
const FEWEST_PINS = 2;

const strict = { additionalProperties: false } as const;

export const Entry = Type.Object(
  {
    // A whole name in lower case, or an address of the documented ones. No wildcard: a name is listed or it is not.
    host: Type.String({ pattern: '^[a-z0-9.:-]{1,253}$' }),
    ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
      minItems: 1,
      uniqueItems: true,
    }),
    class: Type.Enum(CLASSES),
    reason: Type.String({ minLength: 1, maxLength: 200 }),
    // A file beside the shard: the only authority that is then believed.
    ca: Type.Optional(Type.String({ pattern: '^[a-z0-9-]{1,60}[.]pem$' })),
    pins: Type.Optional(
      Type.Object(
        {
          spki: Type.Array(Type.String({ pattern: '^sha256/[A-Za-z0-9+/]{43}=$' }), {
            minItems: FEWEST_PINS,
            uniqueItems: true,
          }),
          // The last day, in UTC, on which the service still starts with them.
          expires: Type.String({ pattern: '^20[0-9]{2}-[01][0-9]-[0-3][0-9]$' }),
          reportOnly: Type.Optional(Type.Boolean()),
        },
        strict,
      ),
    ),
    // This machine and no other, on a developer's machine and nowhere else.
    loopback: Type.Optional(Type.Literal(true)),
  },
  strict,
);
export type Entry = Static<typeof Entry>;

export const Shard = Type.Object(
  {
    module: Type.String({ pattern: '^[a-z][a-z0-9-]{0,60}$' }),
    egress: Type.Array(Entry),
    // Destinations that users choose, and nobody could list: any public host, on these ports, for the code that asks for
    // them by the name of this module. Nothing else may call them.
    chosen: Type.Optional(
      Type.Object(
        {
          ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
            minItems: 1,
            uniqueItems: true,
          }),
          reason: Type.String({ minLength: 1, maxLength: 200 }),
        },
        strict,
      ),
    ),
  },
  strict,
);
export type Shard = Static<typeof Shard>;

/** An entry as the way out uses it: the authority is the certificates themselves. */
export interface EgressEntry extends Omit<Entry, 'ca'> {
  readonly ca?: string;
}
