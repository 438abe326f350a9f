import type { Mutation, Row } from './mutation.ts';
import { mutationOf } from './mutation.ts';

const platform = 'platform/src/webhooks';
const module = 'services/api/modules/webhooks';
const rotate = `${module}/rotate-key.ts`;
const rotateTest = `${module}/rotate-key.test.ts`;
const ring = `${platform}/key-ring.ts`;
const keysFile = `${platform}/keys-file.ts`;
const keysFileTest = `${platform}/keys-file.test.ts`;

const drill =
  'a drill: old key, both, new key, and not one legitimate delivery is refused (CHECK-10)';
const both = 'what both keys have signed counts for the new one (CHECK-10)';
const busy = 'a key that still proves deliveries is not ended, unless it has leaked (CHECK-10)';
const unused = 'nor while the new one has proven none (CHECK-10)';
const again = 'it goes on where it was interrupted, and what is done twice is done once (CHECK-10)';
const noSecret = 'a secret that is used already, or proves nothing, begins nothing (HOOK-1)';
const recorded =
  'each change is on record before it happens, with its ticket, and its failure after (OBS-1)';
const unrecorded = 'what cannot be put on record does not happen, nor what has no ticket (OBS-1)';
const place =
  'what is no list of keys is told by its place, and never by what stands there (HOOK-1, HOOK-6)';
const gone =
  'keys are read again each minute, and one that is ended there ends though its secret is gone (HOOK-1)';
const registry = 'the registry says of every column what it is, and of none that is gone (HOOK-7)';

const rotation: readonly Row[] = [
  // Both keys while the sender changes over.
  [rotate, 'await secrets.set(next.secret, given);', '', rotateTest, drill],
  [`${platform}/rotation.ts`, 'ending.includes(key) ?', 'true ?', rotateTest, drill],
  [rotate, 'now() + OVERLAP_MS', 'now()', rotateTest, drill],
  [ring, 'live.toReversed().toSorted(byBegin)', 'live', rotateTest, both],
  [rotate, 'last.getTime() > now() - QUIET_MS', 'false', rotateTest, busy],
  [rotate, 'if (!atOnce) {', 'if (at) {', rotateTest, busy],
  [rotate, 'newest && !used.value.has(newest.id)', 'false', rotateTest, unused],
  [rotate, 'if (!isKnown) return', 'if (given === undefined) return', rotateTest, again],
  [
    rotate,
    'if (isBegun && newest)',
    'if (isBegun && newest && at.getTime() < 0)',
    rotateTest,
    again,
  ],
  [
    rotate,
    '(({ notAfter }) => notAfter === undefined || at || atOnce)',
    '(() => true)',
    rotateTest,
    both,
  ],
];

const believed: readonly Row[] = [
  [
    ring,
    'if (Math.abs(now() - readAt) >= rereadAfterMs) reread();',
    'if (now() < readAt) reread();',
    `${platform}/key-ring.test.ts`,
    gone,
  ],
  [rotate, 'if (isKnown) return', 'if (at.getTime() < 0) return', rotateTest, noSecret],
  [
    rotate,
    'requireUsable(endpoint, { id: next.id, secret: given });',
    'void requireUsable;',
    rotateTest,
    noSecret,
  ],
  [
    ring,
    'const live = declared.flatMap(',
    'const live = declared.filter(({ notAfter }) => notAfter === undefined).flatMap(',
    `${platform}/key-ring.test.ts`,
    gone,
  ],
  [
    keysFile,
    'if (![notBefore, notAfter].every(isTime))',
    'if (![notBefore].every(isTime))',
    keysFileTest,
    place,
  ],
];

const secret: readonly Row[] = [
  [
    keysFile,
    "PLACE.exec(first?.instancePath ?? '')?.[1] ?? 'its members'",
    "first?.instancePath.slice(1) ?? 'its members'",
    keysFileTest,
    place,
  ],
  [keysFile, '){1,3}$', '){0,3}$', keysFileTest, place],
];

const onRecord: readonly Row[] = [
  [rotate, 'if (!noted.ok) return noted;', '', rotateTest, recorded],
  [rotate, "    await note('failure');\n", '', rotateTest, recorded],
  [
    `${module}/key-command.ts`,
    'if (!TICKET.test(command.ticket))',
    'if (command.ticket === undefined && TICKET.test(command.actor))',
    rotateTest,
    unrecorded,
  ],
];

const kept: readonly Row[] = [
  [
    'security/lineage/webhooks.json',
    '"fingerprint": "internal",',
    '',
    'test/invariants/lineage.test.ts',
    registry,
  ],
];

const route = `${module}/route.ts`;
const routeTest = `${module}/route.test.ts`;

// What of the app webhooks rest on.
const rests: readonly Row[] = [
  [
    'platform/src/http/rate-limits.ts',
    "if (limit === 'delivery') {",
    "if (limit === 'delivery' && limits === undefined) {",
    routeTest,
    'a stranger makes nothing be written, not even a limit (HOOK-1)',
  ],
  [
    'platform/src/http/rate-limits.ts',
    "if (wait > 0) throw tooMany('delivery', limits.delivery, wait);",
    "if (wait < 0) throw tooMany('delivery', limits.delivery, wait);",
    routeTest,
    'who sends too often waits, before anything is verified (HOOK-1)',
  ],
  [
    route,
    'deliveryOf(request, app.publicOrigin())',
    'deliveryOf(request, `https://${request.host}`)',
    routeTest,
    'whoever says another host is verified against ours (HOOK-1)',
  ],
];

const told: readonly Row[] = [
  [
    'platform/src/http/problems.ts',
    "code === 'unsupported-media-type' && takes ?",
    "code === 'unsupported-media-type' && takes === undefined ?",
    routeTest,
    'what is of another kind is told which kind the endpoint takes',
  ],
];

// What most commands share, and those that are their own.
const out: readonly Row[] = [
  guardOf('run', 'roles'),
  guardOf('secrets', 'secrets'),
  guardOf('rotate-webhook-key', 'rotate-webhook-key'),
];

function guardOf(file: string, command: string): Row {
  return [
    `services/api/commands/${file}.ts`,
    'guardCommand(); //',
    'void guardCommand; //',
    'proofs/egress/commands.process.test.ts',
    `services/api/commands/${command}.ts has the one way out before it does anything (HOOK-4)`,
  ];
}

/** What an operator changes about endpoints while deliveries come in, and what would go wrong without its guards. */
export const webhookOperationMutations: readonly Mutation[] = [
  ...rotation.map((row) => mutationOf('CHECK-10', row)),
  ...believed.map((row) => mutationOf('HOOK-1', row)),
  ...secret.map((row) => mutationOf('HOOK-6', row)),
  ...onRecord.map((row) => mutationOf('OBS-1', row)),
  ...rests.map((row) => mutationOf('HOOK-1', row)),
  ...told.map((row) => mutationOf('CHECK-11', row)),
  ...out.map((row) => mutationOf('HOOK-4', row)),
  ...kept.map((row) => mutationOf('HOOK-7', row)),
];
