import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { after, test } from 'node:test';
import { openPlatformDatabase } from '../../platform/test/support/database.ts';
import {
  ask,
  collect,
  end,
  eventOf,
  MODULE,
  opened,
  payerOf,
  sending,
  start,
  streaming,
  textEvent,
  whole,
} from './fake-provider.ts';

const database = await openPlatformDatabase(MODULE);
after(() => database.close());

const FAILING: readonly (readonly [
  what: string,
  failure: string,
  listener: RequestListener,
  more?: object,
])[] = [
  ['is silent', 'unavailable', () => {}, { firstByteMs: 1_500, retries: 0 }],
  [
    'drips comments and no event',
    'unavailable',
    streaming((send, response) => {
      const timer = setInterval(() => send(': x\n'), 20);
      response.once('close', () => clearInterval(timer));
    }),
    { idleMs: 150 },
  ],
  [
    'sends too long an event in one piece',
    'unclear',
    sending(textEvent('x'.repeat(9_000))),
    { eventCharacters: 8_000 },
  ],
  [
    'sends an event of many lines',
    'unclear',
    sending('data: x\n'.repeat(9_000)),
    { eventCharacters: 8_000 },
  ],
  ['sends what is not JSON', 'unclear', sending('data: {"type":\n\n')],
  ['sends JSON that is no event', 'unclear', sending('data: null\n\n')],
  ['sends bytes that are no text', 'unclear', sending(start, Buffer.from([0xff, 0xfe]))],
  ['starts in another shape', 'unclear', sending(eventOf({ type: 'message_start', message: {} }))],
  [
    'sends a piece of another shape',
    'unclear',
    sending(start, eventOf({ type: 'content_block_delta' })),
  ],
  ['ends without a count', 'unclear', sending(textEvent('x'), eventOf({ type: 'message_stop' }))],
  ['ends without a reason', 'unclear', sending(start, eventOf({ type: 'message_stop' }))],
  ['counts below zero', 'unclear', sending(start, end('end_turn', { output_tokens: -1 }))],
  ['counts beyond everything', 'unclear', sending(start, end('end_turn', { output_tokens: 1e15 }))],
  ['ends in the middle', 'unavailable', sending(start, textEvent('half'))],
  [
    'reports an error',
    'unavailable',
    sending(start, eventOf({ type: 'error', error: { type: 'overloaded_error' } })),
  ],
];

for (const [what, failure, listener, more] of FAILING)
  test(`an answer that ${what} is a failure (HOOK-4)`, async (t) => {
    const { client, seen } = await opened(t, database, [listener], more);
    const begun = performance.now();
    const { last } = await collect(client.stream(payerOf(), ask));
    assert.equal(last.kind === 'failed' && last.failure, failure);
    assert.equal(seen.length, 1);
    assert.ok(performance.now() - begun < 12_000);
  });

test('an answer is read the same in whatever pieces it comes', async (t) => {
  const text = 'Zoë says: 漢字 🙂';
  for (const bytes of [whole(text), whole(text).replaceAll('\n', '\r\n'), `\uFEFF${whole(text)}`]) {
    const pieces = [...Buffer.from(bytes)].map((byte) => Uint8Array.of(byte));
    const { client } = await opened(t, database, [sending(...pieces)]);
    const read = await collect(client.stream(payerOf(), ask));
    assert.deepEqual([read.text, read.last.kind], [text, 'end']);
  }
});

test('only text is taken: no tool is called, and what is not known yet is left out', async (t) => {
  const delta = (value: object) =>
    eventOf({ type: 'content_block_delta', index: 1, delta: value as never });
  const { client } = await opened(t, database, [
    sending(
      start,
      eventOf({ type: 'ping' }),
      eventOf({ type: 'content_block_start', index: 0, content_block: { type: 'tool_use' } }),
      delta({ type: 'input_json_delta', partial_json: '{"command":"x"}' }),
      delta({ type: 'thinking_delta', thinking: 'hm' }),
      eventOf({ type: 'something_new', text: 'x' }),
      textEvent('only this'),
      end('tool_use'),
    ),
  ]);
  const { text, last } = await collect(client.stream(payerOf(), ask));
  assert.equal(text, 'only this');
  assert.equal(last.kind === 'end' && last.ending, 'other');
});

test('the reason of the end is told', async (t) => {
  const endings = {
    end_turn: 'complete',
    stop_sequence: 'complete',
    max_tokens: 'cut-off',
    refusal: 'declined',
    pause_turn: 'other',
  };
  for (const [reason, ending] of Object.entries(endings)) {
    const { client } = await opened(t, database, [sending(start, textEvent('x'), end(reason))]);
    const answer = await client.answer(payerOf(), ask);
    assert.equal(answer.ok && answer.value.ending, ending);
  }
});

test('every kind of input is counted, and later counts replace earlier ones', async (t) => {
  const usage = { input_tokens: 20, cache_creation_input_tokens: 3, cache_read_input_tokens: null };
  const late = sending(start, end('end_turn', { ...usage, output_tokens: 5 }));
  const { client } = await opened(t, database, [late]);
  const answer = await client.answer(payerOf(), ask);
  assert.deepEqual(answer.ok && answer.value.usage, { input: 23, output: 5 });
});

test('a count that is null at the end leaves the earlier one, so that the budget pays for the prompt (AUTHZ-1)', async (t) => {
  const late = sending(start, end('end_turn', { input_tokens: null, output_tokens: 5 }));
  const { client } = await opened(t, database, [late]);
  const answer = await client.answer(payerOf(), ask);
  assert.deepEqual(answer.ok && answer.value.usage, { input: 10, output: 5 });
});

test('the time that a consumer takes for a text is not the time of the provider', async (t) => {
  const { client } = await opened(t, database, [sending(whole('x'))], { idleMs: 1_000 });
  const kinds: string[] = [];
  for await (const { kind } of client.stream(payerOf(), ask)) {
    kinds.push(kind);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  assert.deepEqual(kinds, ['text', 'end']);
});
