import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const clientTest = 'services/api/modules/integration-disk/client.test.ts';

export const moduleIntegrationMutations: readonly Mutation[] = [
  ...mutationsOf('services/api/modules/integration-disk/calls.ts', [
    [
      'HOOK-6',
      'response.status !== REFUSES_TOKEN',
      'response.status > 0',
      clientTest,
      'a token that was rotated is taken at once, and one that was not is shown once (HOOK-6)',
    ],
    [
      'HOOK-6',
      '{ refused: token }',
      '{}',
      clientTest,
      'a token that was rotated is taken at once, and one that was not is shown once (HOOK-6)',
    ],
    [
      'HOOK-6',
      'newer.equals(token.reveal()) ? response : ',
      '',
      clientTest,
      'a token that was rotated is taken at once, and one that was not is shown once (HOOK-6)',
    ],
    [
      'HOOK-4',
      "call.method === 'GET' || call.key !== undefined ? again : once",
      'again',
      clientTest,
      'what has no key is tried once (HOOK-4)',
    ],
    [
      'HOOK-4',
      'maxAttempts: most.retries',
      'maxAttempts: 9',
      clientTest,
      'what reads or has a key is tried again, under the same key, and three times at most (HOOK-4)',
    ],
    [
      'HOOK-4',
      'new ConsecutiveBreaker(most.failuresInARow)',
      'new ConsecutiveBreaker(1_000)',
      clientTest,
      'after failures in a row nobody is asked for a while (HOOK-4)',
    ],
    [
      'HOOK-4',
      'if (error instanceof EgressDenied) throw error;',
      '',
      clientTest,
      'a host that is not listed is an error, and not a failure to try again (HOOK-4)',
    ],
    [
      'HOOK-4',
      "Value.Check(schema, value) ? ok(value as Static<Answer>) : err('unclear')",
      'ok(value as Static<Answer>)',
      clientTest,
      'a refusal is not tried again, and an answer of another shape is none (HOOK-4)',
    ],
  ]),
];
