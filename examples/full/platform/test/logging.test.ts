import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyBaseLogger } from 'fastify';
import { describeError } from '../src/logging/described-error.ts';
import { defineEvent, oneOf } from '../src/logging/events.ts';
import { events } from '../src/logging/events.ts';
import { createLog, maskedLines } from '../src/logging/log.ts';

const ended = { method: 'GET', route: '/notes/:id', status: 200, durationMs: 3 } as const;

test('a field that the event does not declare never reaches the log, and is counted (HOOK-6)', () => {
  const more = { ...ended, email: 'alice', req: { url: '/?q=alice' }, constructor: 'alice' };
  const line = only(logged((log) => log.event(events.requestEnded, more)));
  assert.deepEqual(line, { event: 'request-ended', ...ended, dropped: 3 });
});

test('the framework is heard, and its words are not (HOOK-6)', () => {
  const lines = logged((log) => {
    const err = Object.assign(new Error('GET /alice'), { code: 'FST_ERR_REP_ALREADY_SENT' });
    log.warn({ err }, 'alice');
    log.error(err, 'alice');
    log.warn('Reply was already sent in /alice');
    log.fatal({ req: 'alice' });
    log.info('listening at alice');
    log.debug('alice');
    log.trace('alice');
  });
  assert.deepEqual([...new Set(lines.map(({ event }) => event))], ['framework']);
  assert.equal(lines.length, 4);
  assert.match(JSON.stringify(lines), /FST_ERR_REP_ALREADY_SENT.*logging\.test\.ts/);
  assert.doesNotMatch(JSON.stringify(lines), /alice/);
});

test('what the net finds is masked, told by kind and event, and counted (HOOK-6)', (t) => {
  const counted: unknown[] = [];
  const count = (message: unknown): void => void counted.push(message);
  maskedLines.subscribe(count);
  t.after(() => maskedLines.unsubscribe(count));

  const address = 'alice@example.com';
  const leaky = defineEvent('leaky', 'info', { who: oneOf(address) });
  const lines = logged((log) => log.event(leaky, { who: address }));
  assert.deepEqual(
    lines.map(({ event, who, found, in: where }) => ({ event, who, found, where })),
    [
      { event: 'leaky', who: '[masked email]', found: undefined, where: undefined },
      { event: 'line-masked', who: undefined, found: 'email', where: 'leaky' },
    ],
  );
  assert.deepEqual(counted, [{ kind: 'email' }]);
});

test('an error is told by its places, without what it says (HOOK-6)', () => {
  const { frames, ...rest } = describeError(new TypeError('no card 4111 for alice'));
  assert.deepEqual(rest, { name: 'TypeError' });
  assert.match(frames[0] ?? '', /^platform\/test\/logging\.test\.ts:\d+:\d+$/);
  assert.ok(frames.every((frame) => !frame.includes(process.cwd())));
});

interface Line {
  readonly event: string;
  readonly [field: string]: unknown;
}

function logged(write: (log: FastifyBaseLogger) => void): Line[] {
  const lines: string[] = [];
  write(createLog('debug', { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Line);
}

function only(lines: readonly Line[]): Omit<Line, 'level' | 'time'> {
  assert.equal(lines.length, 1);
  const { level: _level, time: _time, ...rest } = lines[0] as Line;
  return rest;
}
