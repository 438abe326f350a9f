import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const webhooksTest = 'platform/test/webhooks.test.ts';
const keyRingTest = 'proofs/webhooks/key-ring.test.ts';
const groupCommitTest = 'proofs/webhooks/group-commit.test.ts';
const sealedTest = 'proofs/webhooks/sealed.test.ts';
const webhooksOperationsTest = 'platform/test/webhooks-operations.test.ts';
const webhooksHttpTest = 'platform/test/webhooks-http.test.ts';
const routeTest = 'proofs/webhooks/route.test.ts';

export const webhooksKeyRingMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/webhooks/key-ring.ts', [
    [
      'HOOK-1',
      ' && !(notAfter && at >= notAfter)',
      '',
      webhooksTest,
      'during a rotation both keys are accepted, and after it the old one is not (HOOK-1)',
    ],
    [
      'HOOK-1',
      '!(notBefore && at < notBefore) && ',
      '',
      keyRingTest,
      'a key is in force from its notBefore until its notAfter, and several are at once (HOOK-1)',
    ],
    [
      'HOOK-1',
      'key.secret.reveal().length < SHORTEST_SECRET',
      'false',
      webhooksTest,
      'an empty secret, a short one and one of another kind stop the start (HOOK-1)',
    ],
    [
      'HOOK-1',
      'scheme.checkKey?.(key);',
      '',
      webhooksTest,
      'an empty secret, a short one and one of another kind stop the start (HOOK-1)',
    ],
    [
      'CHECK-10',
      'live.toReversed().toSorted(byBegin)',
      'live',
      'proofs/webhooks/rotate-key.test.ts',
      'what both keys have signed counts for the new one (CHECK-10)',
    ],
    [
      'HOOK-1',
      'if (Math.abs(now() - readAt) >= rereadAfterMs) reread();',
      'if (now() < readAt) reread();',
      keyRingTest,
      'keys are read again each minute, and one that is ended there ends though its secret is gone (HOOK-1)',
    ],
    [
      'HOOK-1',
      'const live = declared.flatMap(',
      'const live = declared.filter(({ notAfter }) => notAfter === undefined).flatMap(',
      keyRingTest,
      'keys are read again each minute, and one that is ended there ends though its secret is gone (HOOK-1)',
    ],
    [
      'HOOK-1',
      'Math.abs(now() - readAt)',
      'now() - readAt',
      keyRingTest,
      'a clock that is set back puts off no secret that was replaced (HOOK-1)',
    ],
  ]),
  ...mutationsOf('platform/src/webhooks/group-commit.ts', [
    [
      'HOOK-3',
      'batch.length > 1 && isFaultOfRow(error)',
      'false',
      groupCommitTest,
      'a row that the database refuses fails alone (HOOK-3)',
    ],
    [
      'HOOK-3',
      '/^2[23]/',
      '/^22/',
      'proofs/webhooks/store.test.ts',
      'a delivery that the database refuses fails alone, and its neighbours are kept (HOOK-3)',
    ],
    [
      'HOOK-3',
      'bytes + next.bytes > MOST_BYTES)',
      'bytes < 0)',
      groupCommitTest,
      'of large rows a statement takes fewer, and one always goes',
    ],
    [
      'HOOK-3',
      ' || bytesWaiting + bytes > MOST_BYTES_WAITING',
      '',
      groupCommitTest,
      'what waits is bounded in bytes too, and there is room again once it is written',
    ],
    [
      'HOOK-3',
      '    bytesWaiting -= bytes;\n',
      '',
      groupCommitTest,
      'what waits is bounded in bytes too, and there is room again once it is written',
    ],
  ]),
  ...mutationsOf('platform/src/webhooks/sealed.ts', [
    [
      'HOOK-5',
      '  drawn = drawn.subarray(IV_BYTES);\n',
      '',
      sealedTest,
      'no two deliveries are encrypted with the same nonce (HOOK-5)',
    ],
    [
      'HOOK-5',
      'drawn.subarray(0, IV_BYTES)',
      'drawn.subarray(0, IV_BYTES).fill(0)',
      sealedTest,
      'no two deliveries are encrypted with the same nonce (HOOK-5)',
    ],
    [
      'HOOK-5',
      'const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(fields([id, ...bound])));',
      'const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(fields([id, bound[0] ?? null, null])));',
      webhooksOperationsTest,
      'what was sent is kept byte for byte, encrypted, and read on record (HOOK-5)',
    ],
    [
      'HOOK-5',
      'Math.abs(now() - madeAt)',
      'now() - madeAt',
      'proofs/webhooks/receive.test.ts',
      'a data key is replaced each day, also by a clock that is set back (HOOK-5)',
    ],
  ]),
  ...mutationsOf('platform/src/webhooks/operate.ts', [
    [
      'HOOK-5',
      "if (latest?.state === 'ready') return err('under-way');",
      '',
      webhooksOperationsTest,
      'a replay calls the handler once more, and one that waits is not doubled (HOOK-5)',
    ],
    [
      'HOOK-5',
      "await noteReading(tx, actor, 'read', `webhook-delivery:${id}`);",
      '',
      webhooksOperationsTest,
      'what was sent is kept byte for byte, encrypted, and read on record (HOOK-5)',
    ],
    [
      'CHECK-10',
      'ending.includes(key) ?',
      'true ?',
      webhooksOperationsTest,
      'a drill: old key, both, new key, and not one legitimate delivery is refused (CHECK-10)',
    ],
  ]),
  ...mutationsOf('platform/src/webhooks/purge.ts', [
    [
      'HOOK-5',
      'where retain_until <= now()',
      'where false',
      'proofs/webhooks/job.test.ts',
      'what is older than its endpoint keeps it goes, with the keys that nothing needs (HOOK-5)',
    ],
  ]),
  ...mutationsOf('platform/src/webhooks/route.ts', [
    [
      'HOOK-1',
      'async (_request: unknown, body: Buffer) => body,',
      'async (_request: unknown, body: Buffer) => Buffer.from(body.toString()),',
      webhooksHttpTest,
      'bytes, headers and address are verified as they were sent (HOOK-1)',
    ],
    [
      'HOOK-1',
      'new URL(`${origin}${url}`)',
      'new URL(`https://${raw.headers.host}${url}`)',
      webhooksHttpTest,
      'a delivery that names another host is verified against our own address (HOOK-1)',
    ],
    [
      'HOOK-1',
      "limit: 'delivery',\n",
      '',
      routeTest,
      'a stranger makes nothing be written, not even a limit (HOOK-1)',
    ],
    [
      'HOOK-1',
      "scope.addHook('onReady', () => receiver.start());",
      "scope.addHook('onReady', () => receiver.start().catch(() => {}));",
      routeTest,
      'a service with a secret that proves nothing does not start, one without it asks to try again (HOOK-1)',
    ],
    [
      'CHECK-11',
      "stale: 'forbidden',",
      "stale: 'unproven',",
      webhooksHttpTest,
      'every outcome has its status, and no body says why (CHECK-11)',
    ],
    [
      'CHECK-11',
      "unproven: 'unproven',",
      "unproven: 'forbidden',",
      webhooksHttpTest,
      'every outcome has its status, and no body says why (CHECK-11)',
    ],
    [
      'CHECK-11',
      "conflict: 'conflict',",
      "conflict: 'forbidden',",
      webhooksHttpTest,
      'every outcome has its status, and no body says why (CHECK-11)',
    ],
    [
      'HOOK-1',
      'deliveryOf(request, app.publicOrigin())',
      'deliveryOf(request, `https://${request.host}`)',
      webhooksHttpTest,
      'a delivery that names another host is verified against our own address (HOOK-1)',
    ],
    [
      'HOOK-1',
      '    boundLargeBodies(scope);\n',
      '',
      'proofs/webhooks/bodies.test.ts',
      'what large bodies hold before they are proven is bounded, and small ones go on (HOOK-1)',
    ],
  ]),
];
