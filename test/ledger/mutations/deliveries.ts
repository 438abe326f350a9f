import { type Mutation, mutationOf } from './mutation.ts';

const platform = 'platform/src/webhooks';
const module = 'services/api/modules/webhooks';
const receive = `${platform}/receive.ts`;
const receiveTest = `${platform}/receive.test.ts`;
const group = `${platform}/group-commit.ts`;
const groupTest = `${platform}/group-commit.test.ts`;
const large = `${module}/large-bodies.ts`;
const bodiesTest = `${module}/bodies.test.ts`;
const canaryTest = `${module}/no-canary-leaves.test.ts`;

const bounded =
  'what large bodies hold before they are proven is bounded, and small ones go on (HOOK-1)';
const waits = 'what waits is bounded in bytes too, and there is room again once it is written';

/** What a sender, a stranger or a clock could make of a delivery. */
export const deliveryMutations: readonly Mutation[] = [
  ...(
    [
      [`${module}/route.ts`, '    boundLargeBodies(scope);\n', '', bodiesTest, bounded],
      [large, ' || ofOne + bytes > MOST_BYTES_OF_ONE', '', bodiesTest, bounded],
      [large, 'length === undefined ? limits.deliveryBytes : ', '', bodiesTest, bounded],
      [
        `${platform}/key-ring.ts`,
        'Math.abs(now() - readAt)',
        'now() - readAt',
        `${platform}/key-ring.test.ts`,
        'a clock that is set back puts off no secret that was replaced (HOOK-1)',
      ],
    ] as const
  ).map((row) => mutationOf('HOOK-1', row)),
  ...(
    [
      [
        receive,
        'ID.test(id) ? ',
        'id.length >= 0 ? ',
        receiveTest,
        'an id that no row could hold is kept by its digest, and never refused for days (HOOK-2)',
      ],
      [
        receive,
        '!(Math.abs(at - signed.at.getTime()) <= toleranceSeconds * 1000)',
        'Math.abs(at - signed.at.getTime()) > toleranceSeconds * 1000',
        receiveTest,
        'what is no time at all is never in time (HOOK-2)',
      ],
    ] as const
  ).map((row) => mutationOf('HOOK-2', row)),
  ...(
    [
      [
        group,
        'bytes + next.bytes > MOST_BYTES)',
        'bytes < 0)',
        groupTest,
        'of large rows a statement takes fewer, and one always goes',
      ],
      [group, ' || bytesWaiting + bytes > MOST_BYTES_WAITING', '', groupTest, waits],
      [group, '    bytesWaiting -= bytes;\n', '', groupTest, waits],
    ] as const
  ).map((row) => mutationOf('HOOK-3', row)),
  mutationOf('HOOK-5', [
    `${platform}/sealed.ts`,
    'Math.abs(now() - madeAt)',
    'now() - madeAt',
    receiveTest,
    'a data key is replaced each day, also by a clock that is set back (HOOK-5)',
  ]),
  ...(
    [
      [
        receive,
        "${digestOf(name).toString('hex')}",
        '${name}',
        canaryTest,
        'neither an answer nor the trail nor a job has it, nor what is told of lineage (HOOK-6)',
      ],
      [
        `${platform}/store.ts`,
        "jsonb_build_object('keyId', key_id) from kept",
        "jsonb_build_object('keyId', key_id, 'id', dedupe_key) from kept",
        canaryTest,
        'neither an answer nor the trail nor a job has it, nor what is told of lineage (HOOK-6)',
      ],
      [
        'platform/src/jobs/definition.ts',
        'WORD.test(failed) ?',
        'failed.length < 60 ?',
        canaryTest,
        'neither an answer nor the trail nor a job has it, nor what is told of lineage (HOOK-6)',
      ],
      [
        'platform/src/jobs/definition.ts',
        '[0-9]{1,3}',
        '[0-9]+',
        'proofs/jobs/attempt.test.ts',
        'what cannot get better is dead at once, and what it says is one word (HOOK-6)',
      ],
    ] as const
  ).map((row) => mutationOf('HOOK-6', row)),
];
