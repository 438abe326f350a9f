import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyBaseLogger } from 'fastify';
import { defineEvent, events, oneOf } from '@app/platform/logging/events';
import { createLog } from '@app/platform/logging/log';
import { pseudonym } from '@app/platform/logging/masking';

const ended = { method: 'GET', route: '/notes/:id', status: 200, durationMs: 3 } as const;

interface Line {
  readonly event: string;
  readonly [field: string]: unknown;
}

function logged(write: (log: FastifyBaseLogger) => void, level = 'debug'): Line[] {
  const lines: string[] = [];
  write(createLog(level, { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Line);
}

function only(lines: readonly Line[]): Omit<Line, 'level' | 'time'> {
  assert.equal(lines.length, 1);
  const { level: _level, time: _time, ...rest } = lines[0] as Line;
  return rest;
}

test('a line is an event with its fields', () => {
  const subject = pseudonym('alice');
  const line = only(logged((log) => log.event(events.requestEnded, { ...ended, subject })));
  assert.deepEqual(line, { event: 'request-ended', ...ended, subject });
});

test('a line that is too long is named by its length (HOOK-6)', () => {
  const long = 'a'.repeat(9_000);
  const endless = defineEvent('endless', 'info', { long: oneOf(long) });
  const { event, count } = only(logged((log) => log.event(endless, { long })));
  assert.equal(event, 'line-too-long');
  assert.ok(Number(count) > 9_000);
});

test('an event below the level is not written', () => {
  assert.deepEqual(
    logged((log) => log.event(events.requestEnded, ended), 'warn'),
    [],
  );
});

const REQUEST_ID = '0a1b2c3d-0a1b-4c3d-8a1b-0a1b2c3d4e5f';

test('a field that is not of its kind never reaches the log, and is counted (HOOK-6)', () => {
  const wrong = {
    method: 'alice',
    route: '/notes/alice?q=1',
    status: 'alice',
    durationMs: Number.NaN,
    subject: 'alice',
  };
  const line = only(logged((log) => log.event(events.requestEnded, wrong as never)));
  assert.deepEqual(line, { event: 'request-ended', dropped: 5 });
});

test('a child binds the id of its request and nothing else (HOOK-6)', () => {
  const closing = { signal: 'SIGTERM' } as const;
  const bound = { requestId: REQUEST_ID, body: 'alice' };
  const line = only(logged((log) => log.child(bound).event(events.closing, closing)));
  assert.deepEqual(line, { requestId: REQUEST_ID, event: 'closing', ...closing });
  const chosen = logged((log) => log.child({ requestId: 'alice' }).event(events.closing, closing));
  assert.doesNotMatch(JSON.stringify(chosen), /alice/);
});
