import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog, pseudonym } from './log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog('info', { write: (line) => void lines.push(line) }));
  return lines.join('');
}

test('a member that is not listed never reaches the log (HOOK-6)', () => {
  const line = logged((log) =>
    log.info(
      { status: 200, email: 'alice@example.com', req: { url: '/?token=s3cret' } },
      'request',
    ),
  );
  assert.match(line, /"status":200/);
  assert.doesNotMatch(line, /alice|token|s3cret/);
});

test('a child cannot bind what its parent may not say (HOOK-6)', () => {
  const line = logged((log) => log.child({ requestId: 'r1', body: 'card 4111' }).info('hello'));
  assert.match(line, /"requestId":"r1"/);
  assert.doesNotMatch(line, /4111/);
});

test('a database error is logged by its code: its message quotes the row (HOOK-6)', () => {
  const error = Object.assign(new Error('duplicate key (email)=(alice@example.com)'), {
    severity: 'ERROR',
    code: '23505',
    constraint: 'user_email_key',
    detail: 'Key (email)=(alice@example.com) already exists.',
  });
  const line = logged((log) => log.error({ err: error }, 'failed'));
  assert.match(line, /23505.*user_email_key/);
  assert.doesNotMatch(line, /alice/);
});

test('a caller is followed under a pseudonym (HOOK-6)', () => {
  assert.equal(pseudonym('alice'), pseudonym('alice'));
  assert.notEqual(pseudonym('alice'), pseudonym('bob'));
  assert.doesNotMatch(pseudonym('alice'), /alice/);
});
