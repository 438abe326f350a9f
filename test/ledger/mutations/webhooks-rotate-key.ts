import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const webhooksOperationsTest = 'platform/test/webhooks-operations.test.ts';
const rotateKeyTest = 'proofs/webhooks/rotate-key.test.ts';
const keysFileTest = 'proofs/webhooks/keys-file.test.ts';
const bodiesTest = 'proofs/webhooks/bodies.test.ts';

export const webhooksRotateKeyMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/webhooks/rotate-key.ts', [
    [
      'CHECK-10',
      'await secrets.set(next.secret, given);',
      '',
      webhooksOperationsTest,
      'a drill: old key, both, new key, and not one legitimate delivery is refused (CHECK-10)',
    ],
    [
      'CHECK-10',
      'now() + OVERLAP_MS',
      'now()',
      webhooksOperationsTest,
      'a drill: old key, both, new key, and not one legitimate delivery is refused (CHECK-10)',
    ],
    [
      'CHECK-10',
      'last.getTime() > now() - QUIET_MS',
      'false',
      webhooksOperationsTest,
      'a key that still proves deliveries is not ended, unless it has leaked (CHECK-10)',
    ],
    [
      'CHECK-10',
      'if (!atOnce) {',
      'if (at) {',
      webhooksOperationsTest,
      'a key that still proves deliveries is not ended, unless it has leaked (CHECK-10)',
    ],
    [
      'CHECK-10',
      'newest && !used.value.has(newest.id)',
      'false',
      webhooksOperationsTest,
      'nor while the new one has proven none (CHECK-10)',
    ],
    [
      'CHECK-10',
      'if (!isKnown) return',
      'if (given === undefined) return',
      rotateKeyTest,
      'it goes on where it was interrupted, and what is done twice is done once (CHECK-10)',
    ],
    [
      'CHECK-10',
      'if (isBegun && newest)',
      'if (isBegun && newest && at.getTime() < 0)',
      rotateKeyTest,
      'it goes on where it was interrupted, and what is done twice is done once (CHECK-10)',
    ],
    [
      'CHECK-10',
      '(({ notAfter }) => notAfter === undefined || at || atOnce)',
      '(() => true)',
      rotateKeyTest,
      'what both keys have signed counts for the new one (CHECK-10)',
    ],
    [
      'HOOK-1',
      'if (isKnown) return',
      'if (at.getTime() < 0) return',
      rotateKeyTest,
      'a secret that is used already, or proves nothing, begins nothing (HOOK-1)',
    ],
    [
      'HOOK-1',
      'requireUsable(endpoint, { id: next.id, secret: given });',
      'void requireUsable;',
      rotateKeyTest,
      'a secret that is used already, or proves nothing, begins nothing (HOOK-1)',
    ],
    [
      'OBS-1',
      'if (!noted.ok) return noted;',
      '',
      rotateKeyTest,
      'each change is on record before it happens, with its ticket, and its failure after (OBS-1)',
    ],
    [
      'OBS-1',
      "    await note('failure');\n",
      '',
      rotateKeyTest,
      'each change is on record before it happens, with its ticket, and its failure after (OBS-1)',
    ],
  ]),
  ...mutationsOf('platform/src/webhooks/keys-file.ts', [
    [
      'HOOK-1',
      'if (![notBefore, notAfter].every(isTime))',
      'if (![notBefore].every(isTime))',
      keysFileTest,
      'what is no list of keys is told by its place, and never by what stands there (HOOK-1, HOOK-6)',
    ],
    [
      'HOOK-6',
      "PLACE.exec(first?.instancePath ?? '')?.[1] ?? 'its members'",
      "first?.instancePath.slice(1) ?? 'its members'",
      keysFileTest,
      'what is no list of keys is told by its place, and never by what stands there (HOOK-1, HOOK-6)',
    ],
    [
      'HOOK-6',
      '){1,3}$',
      '){0,3}$',
      keysFileTest,
      'what is no list of keys is told by its place, and never by what stands there (HOOK-1, HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/webhooks/key-command.ts', [
    [
      'OBS-1',
      'if (!TICKET.test(command.ticket))',
      'if (command.ticket === undefined && TICKET.test(command.actor))',
      webhooksOperationsTest,
      'what cannot be put on record does not happen, nor what has no ticket (OBS-1)',
    ],
  ]),
  ...mutationsOf('platform/src/webhooks/large-bodies.ts', [
    [
      'HOOK-1',
      ' || ofOne + bytes > MOST_BYTES_OF_ONE',
      '',
      bodiesTest,
      'what large bodies hold before they are proven is bounded, and small ones go on (HOOK-1)',
    ],
    [
      'HOOK-1',
      'length === undefined ? limits.deliveryBytes : ',
      '',
      bodiesTest,
      'what large bodies hold before they are proven is bounded, and small ones go on (HOOK-1)',
    ],
  ]),
];
