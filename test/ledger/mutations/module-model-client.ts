import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const MODULE = 'services/api/modules/model-client-disk';
const clientTest = `${MODULE}/client.test.ts`;
const answersTest = 'proofs/model-client/answers.test.ts';
const budgetTest = 'proofs/model-client/budget.test.ts';
const callsTest = 'proofs/model-client/calls.test.ts';
const scanPromptTest = 'proofs/model-client/scan-prompt.test.ts';

const refusedPrompt =
  'a prompt with a secret is refused as a whole, and told by its rule alone (SUPPLY-6)';
const hiddenPrompt =
  'a key is found behind characters without a width, and in full width (SUPPLY-6)';
const shownAnswer = 'an answer is no string, and nothing shows it by accident (HOOK-6)';
const overrun =
  'calls at the same time spend no more than the budget, and one beyond it is not made (AUTHZ-1)';
const newDay =
  'the count of the provider replaces the reservation, and a new day starts from zero (AUTHZ-1)';
const onRecord = 'each call is on record: who, which model, how many tokens (OBS-1)';
const stays = 'each attempt that may have been worked on stays spent (AUTHZ-1)';
const walled = 'no tenant sees or spends the tokens of another one (AUTHZ-1)';
const retried =
  'what passes in a moment is tried again, three times at most, and never once it has begun (HOOK-4)';
const rotated =
  'a key that was rotated is taken at once, and one that was not is shown once (HOOK-6)';
const failing = (what: string) =>
  `a provider that ${what} is a failure, and is asked once (HOOK-4)`;
const unread = (what: string) => `an answer that ${what} is a failure (HOOK-4)`;

export const moduleModelClientMutations: readonly Mutation[] = [
  ...mutationsOf(`${MODULE}/text.ts`, [
    ['SUPPLY-6', 'rules.length === 0', 'rules.length < 9', clientTest, refusedPrompt],
    ['SUPPLY-6', 'publish({ rule })', 'publish({ rule, text })', clientTest, refusedPrompt],
    [
      'SUPPLY-6',
      'class Scanned extends',
      'export class Scanned extends',
      clientTest,
      'nothing but scanPrompt() makes a prompt, and a call takes nothing else (SUPPLY-6)',
    ],
    ['SUPPLY-6', ".replace(INVISIBLE, '')", '', scanPromptTest, hiddenPrompt],
    ['SUPPLY-6', ".normalize('NFKC')", '', scanPromptTest, hiddenPrompt],
    [
      'SUPPLY-6',
      "includes('card')",
      "includes('iban')",
      scanPromptTest,
      'a prompt with a card number is refused (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      'text.length > MOST_CHARACTERS',
      'false',
      scanPromptTest,
      'a prompt of the size of a file is refused unread (SUPPLY-6)',
    ],
    [
      'HOOK-6',
      'toString(): string {\n    return MASK;',
      'toString(): string {\n    return this.#text;',
      clientTest,
      shownAnswer,
    ],
    [
      'HOOK-6',
      'toJSON(): string {\n    return MASK;',
      'toJSON(): string {\n    return this.#text;',
      clientTest,
      shownAnswer,
    ],
    [
      'HOOK-6',
      '[inspect.custom](): string {\n    return MASK;',
      '[inspect.custom](): string {\n    return this.#text;',
      clientTest,
      shownAnswer,
    ],
  ]),
  ...mutationsOf(`${MODULE}/budget.ts`, [
    [
      'AUTHZ-1',
      /where excluded\.spent \+ case when[^\n]*\n\s+<= \$\{most\}::bigint/,
      '',
      clientTest,
      overrun,
    ],
    [
      'AUTHZ-1',
      'where ${tokens}::bigint <= ${most}::bigint',
      '',
      budgetTest,
      'a first call beyond the budget is refused, and leaves no row (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      'spent = excluded.spent + case when held.day < excluded.day then 0 else held.spent end',
      'spent = excluded.spent + held.spent',
      clientTest,
      newDay,
    ],
    [
      'AUTHZ-1',
      'greatest(held.day, excluded.day)',
      'excluded.day',
      budgetTest,
      'a clock that is behind does not begin a new day (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      ' and day = ${day}::date',
      '',
      budgetTest,
      'a call that ends on the next day gives nothing back to that day (AUTHZ-1)',
    ],
    ['OBS-1', "day === undefined ? 'denied' : 'success'", "'success'", clientTest, onRecord],
    ['OBS-1', '{ ...spent, counted }', '{ ...spent }', clientTest, onRecord],
    [
      'OBS-1',
      'return recordAudit(tx, {',
      'if (action === ASK) return Promise.resolve();\n  return recordAudit(tx, {',
      clientTest,
      'a call that cannot be recorded is not made (OBS-1)',
    ],
  ]),
  ...mutationsOf('migrations/model-client-disk/0001_budget.sql', [
    [
      'AUTHZ-1',
      'alter table model_client_disk_budget enable row level security;',
      '',
      clientTest,
      walled,
    ],
    [
      'AUTHZ-1',
      "using (tenant = current_setting('app.tenant', true))",
      'using (true)',
      clientTest,
      walled,
    ],
  ]),
  ...mutationsOf(`${MODULE}/client.ts`, [
    [
      'AUTHZ-1',
      "typeof last === 'object' ? last.usage : undefined",
      'NOTHING',
      clientTest,
      overrun,
    ],
    ['AUTHZ-1', 'mayCost ? undefined : NOTHING', 'NOTHING', callsTest, stays],
    [
      'AUTHZ-1',
      'NOT_SENT.test(String(cause?.code))',
      'false',
      callsTest,
      'a provider that cannot be reached costs nothing (AUTHZ-1)',
    ],
    ['HOOK-4', "redirect: 'manual'", "redirect: 'follow'", clientTest, failing('redirects')],
    [
      'HOOK-4',
      'AbortSignal.timeout(most.wholeMs)',
      'AbortSignal.timeout(1e6)',
      clientTest,
      failing('never ends'),
    ],
    [
      'HOOK-4',
      'attempt.abort(), most.firstByteMs',
      'attempt.abort(), 1e6',
      answersTest,
      unread('is silent'),
    ],
    ['HOOK-4', '&& isStream &&', '&&', clientTest, failing('sends no stream')],
    ['HOOK-4', 'tried > most.retries', 'tried > 9', clientTest, retried],
    [
      'HOOK-4',
      '(status === RATE_LIMITED && retryAfterMs !== undefined)',
      'status === RATE_LIMITED',
      callsTest,
      'money that ran out is not tried again, and costs nothing (HOOK-4)',
    ],
    [
      'HOOK-4',
      'afterMs > longestWaitMs ? undefined',
      'afterMs > longestWaitMs ? 1',
      callsTest,
      'a wait that is too long is not tried again, and costs nothing (HOOK-4)',
    ],
    [
      'HOOK-4',
      'afterMs + firstWaitMs * Math.random()',
      'firstWaitMs * Math.random()',
      callsTest,
      'a wait that the provider asks for is waited (HOOK-4)',
    ],
    [
      'HOOK-4',
      'sleep(waitMs, true, { signal })',
      'sleep(waitMs, true)',
      callsTest,
      'a call that is stopped while it waits is not made again (HOOK-4)',
    ],
    [
      'HOOK-4',
      'new ConsecutiveBreaker(most.failuresInARow)',
      'new ConsecutiveBreaker(1_000)',
      callsTest,
      'after failures in a row no call is made for a while, and none is paid (HOOK-4)',
    ],
    [
      'HOOK-4',
      'error instanceof EgressDenied || request.signal?.aborted',
      'request.signal?.aborted',
      callsTest,
      'a host that is not listed is an error, and not a failure to try again (HOOK-4)',
    ],
    ['HOOK-6', 'response.status !== REFUSES_KEY', 'response.status > 0', callsTest, rotated],
    ['HOOK-6', '{ refused: key }', '{}', callsTest, rotated],
    ['HOOK-6', 'if (newer.equals(key.reveal())) return response;', '', callsTest, rotated],
  ]),
  ...mutationsOf(`${MODULE}/provider.ts`, [
    [
      'AUTHZ-1',
      '(status >= 300 && status < 500) || status === 503 || status === 529',
      'status > 0',
      callsTest,
      stays,
    ],
    [
      'AUTHZ-1',
      'maximum: MOST_COUNTED',
      'maximum: 1e18',
      answersTest,
      unread('counts beyond everything'),
    ],
    ['AUTHZ-1', 'minimum: 0,', 'minimum: -9,', answersTest, unread('counts below zero')],
    [
      'AUTHZ-1',
      'count !== null',
      'count !== undefined',
      answersTest,
      'a count that is null at the end leaves the earlier one, so that the budget pays for the prompt (AUTHZ-1)',
    ],
    [
      'HOOK-4',
      'attempt.abort(), idleMs',
      'attempt.abort(), 1e6',
      clientTest,
      failing('stalls between events'),
    ],
    [
      'HOOK-4',
      'if (events.length === 0) continue;',
      '',
      answersTest,
      unread('drips comments and no event'),
    ],
    ['HOOK-4', 'bytes > answerBytes ? undefined : ', '', clientTest, failing('sends too much')],
    ['HOOK-4', 'maxBufferSize: mostCharacters,', '', clientTest, failing('sends an endless event')],
    [
      'HOOK-4',
      'isTooLong ||= data.length > mostCharacters;',
      '',
      answersTest,
      unread('sends too long an event in one piece'),
    ],
    ['HOOK-4', 'fatal: true', 'fatal: false', answersTest, unread('sends bytes that are no text')],
    [
      'HOOK-4',
      "if (!Value.Check(TextDelta, event)) return err('unclear');",
      'if (!Value.Check(TextDelta, event)) return ok(undefined);',
      clientTest,
      failing('sends another shape'),
    ],
    [
      'HOOK-4',
      "if (!Value.Check(MessageStart, event)) return err('unclear');",
      'if (!Value.Check(MessageStart, event)) return ok(undefined);',
      answersTest,
      unread('starts in another shape'),
    ],
    [
      'HOOK-4',
      "counts && reason !== null ? ok(endOf(reason, counts)) : err('unclear')",
      "ok(endOf(reason ?? '', counts ?? { output_tokens: 0 }))",
      answersTest,
      unread('ends without a count'),
    ],
    [
      'HOOK-4',
      "if (event.delta.type !== 'text_delta') return ok(undefined);",
      '',
      answersTest,
      'only text is taken: no tool is called, and what is not known yet is left out',
    ],
  ]),
];
