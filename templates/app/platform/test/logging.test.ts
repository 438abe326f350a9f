import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { FastifyBaseLogger } from 'fastify';
import { createLog, maskedLines } from '../src/logging/log.ts';
import { describeError, sentenceOf } from '../src/logging/described-error.ts';
import { defineEvent, events, oneOf } from '../src/logging/events.ts';
import type { MaskedKind } from '../src/logging/masking.ts';
import { isPseudonym, mask, maskedKinds, maskLine, pseudonym } from '../src/logging/masking.ts';

const REQUEST_ID = '0a1b2c3d-0a1b-4c3d-8a1b-0a1b2c3d4e5f';
const ended = { method: 'GET', route: '/notes/:id', status: 200, durationMs: 3 } as const;
const here = /^platform\/test\/logging\.test\.ts:\d+:\d+$/;

// Assembled, so that no file here looks as if it held a secret.
const word = (...parts: string[]) => parts.join('');
const random = randomBytes(32).toString('base64url');
const dashes = '-----';

const SPECIMENS: readonly (readonly [MaskedKind, string])[] = [
  ['email', 'alice@example.com'],
  ['email', 'first.last+tag%40mail.example.co.uk'],
  ['card', word('4111', '1111', '1111', '1111')],
  ['card', word('4111 1111', ' 1111 1111')],
  ['card', word('3782-822463', '-10005')],
  ['iban', word('DE89 3704 0044', ' 0532 0130 00')],
  ['iban', word('GB82WEST', '12345698765432')],
  ['phone', word('+4915', '112345678')],
  ['token', random],
  ['token', randomBytes(32).toString('hex')],
  ['token', word('ey', 'J', randomBytes(30).toString('base64url'))],
  ['provider-key', word('sk_', 'live_', 'abcdefgh1234')],
  ['provider-key', word('whs', 'ec_', 'abcdefgh1234')],
  ['provider-key', word('AK', 'IA', 'ABCDEFGHIJKLMNOP')],
  ['provider-key', word('gh', 'p_', 'abcdefghijklmnop1234')],
  ['authorization', word('Bea', 'rer ', 'abcdefgh')],
  ['authorization', word('bas', 'ic ', 'YWxpY2U6cGFzcw==')],
  ['cookie', word('__Host-', 'session=', 'short')],
  ['assignment', word('pass', 'word=', 'hunter22')],
  ['assignment', word('api_', 'key: '.trim(), 'hunter22')],
  ['password-url', word('postgres', '://app:', 'hunter2', '@')],
  ['private-key', word(dashes, 'BEGIN EC PRIV', 'ATE KEY', dashes, 'MHcCAQ')],
];

test('a field that the event does not declare never reaches the log, and is counted (HOOK-6)', () => {
  const more = { ...ended, email: 'alice', req: { url: '/?q=alice' }, constructor: 'alice' };
  const line = only(logged((log) => log.event(events.requestEnded, more)));
  assert.deepEqual(line, { event: 'request-ended', ...ended, dropped: 3 });
});

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

for (const kind of maskedKinds) {
  test(`the net finds what is shaped like this: ${kind} (HOOK-6)`, () => {
    const specimens = SPECIMENS.filter(([of]) => of === kind);
    assert.notDeepEqual(specimens, []);
    for (const [, specimen] of specimens)
      for (const around of [specimen, `before ${specimen} after`, `("${specimen}")`]) {
        const { text, kinds } = mask(around);
        assert.ok(kinds.includes(kind), `${kinds.join()} in ${around.length} characters`);
        assert.ok(!text.includes(specimen.slice(-6)), 'Its end is still there.');
      }
  });
}

test('a masked line is still the JSON it was (HOOK-6)', () => {
  for (const [kind, specimen] of SPECIMENS)
    for (const value of [
      specimen,
      `\n${specimen}\n`,
      `"${specimen}"`,
      `\\${specimen}\\`,
      `\u0001${specimen}`,
    ]) {
      const { text, kinds } = maskLine(
        `${JSON.stringify({ event: value, [word('pass', 'word')]: 'hunter22', count: 1 })}\n`,
      );
      assert.equal(JSON.parse(text).count, 1);
      assert.ok(text.endsWith('}\n'));
      assert.doesNotMatch(text, /hunter22/);
      assert.ok(kinds.length > 1, `${kind} in ${JSON.stringify(value.replace(specimen, ''))}`);
      assert.ok(!text.includes(specimen.slice(-6)), kind);
    }
});

test('an error is told by its places, without what it says (HOOK-6)', () => {
  const { frames, ...rest } = describeError(new TypeError('no card 4111 for alice'));
  assert.deepEqual(rest, { name: 'TypeError' });
  assert.match(frames[0] ?? '', here);
  assert.ok(frames.every((frame) => !frame.includes(process.cwd())));
});

test('a sentence of ours is repeated, masked; one of the system by its code (HOOK-6)', () => {
  assert.equal(sentenceOf(new Error('Run the migrations.'), 'No.'), 'Run the migrations.');
  assert.equal(sentenceOf(new Error('for alice@example.com'), 'No.'), 'for [masked email]');
  const missing = Object.assign(new Error("open '/run/alice'"), { code: 'ENOENT' });
  assert.equal(sentenceOf(missing, 'It did not start.'), 'It did not start. Code ENOENT.');
});

test('a guess at a subject cannot be confirmed by hashing it (HOOK-6)', () => {
  const file = new URL('../src/logging/masking.ts', import.meta.url).href;
  const program = `import { pseudonym } from ${JSON.stringify(file)};
    process.stdout.write(pseudonym('alice'));`;
  const argv = ['--input-type=module', '--eval', program];
  const elsewhere = spawnSync(process.execPath, argv, { encoding: 'utf8' }).stdout;
  assert.ok(isPseudonym(elsewhere));
  assert.notEqual(pseudonym('alice'), elsewhere);
});

test('without a receiver nothing of it is loaded', () => {
  const program = `
    const { registerHooks } = await import('node:module');
    registerHooks({
      load(url, context, next) {
        if (url.includes('/platform/src/telemetry/')) throw new Error('loaded ' + url);
        return next(url, context);
      },
    });
    await import(${JSON.stringify(new URL('../src/service/serve.ts', import.meta.url).href)});
    await import(${JSON.stringify(new URL('../../services/api/app.ts', import.meta.url).href)});`;
  const { stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { env: {}, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
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
