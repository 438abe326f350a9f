import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeError, sentenceOf } from '@app/platform/logging/described-error';

test('a database error is told by its code and constraint (HOOK-6)', () => {
  const error = Object.assign(new Error('Key (email)=(alice@example.com)'), {
    code: '23505',
    constraint: 'user_email_key',
    detail: 'alice',
  });
  const { frames, ...rest } = describeError(error);
  assert.deepEqual(rest, { name: 'Error', code: '23505', constraint: 'user_email_key' });
  assert.doesNotMatch(frames.join(), /alice/);
});

test('a message that looks like a frame is no frame (HOOK-6)', () => {
  const error = new Error('first\n    at file:///canary.ts:1:1\n    at (/canary.ts:2:2)');
  assert.doesNotMatch(JSON.stringify(describeError(error)), /canary/);
  error.message = 'changed later';
  assert.doesNotMatch(describeError(deep(12, error.stack ?? '')).frames.join(), /canary/);
});

test('a name, code or constraint that is text is left out (HOOK-6)', () => {
  const error = Object.assign(new Error(), { name: 'a b', code: 'x=1', constraint: 'A b' });
  const { frames: _, ...rest } = describeError(error);
  assert.deepEqual(rest, { name: 'Error' });
});

test('causes are told, a few of them', () => {
  const error = new Error('outer', { cause: new RangeError('inner') });
  assert.equal(describeError(error).cause?.name, 'RangeError');
  error.cause = error;
  assert.equal(describeError(error).cause?.cause?.cause?.cause, undefined);
});

test('what was thrown and is no error is not told', () => {
  assert.deepEqual(describeError('canary'), { name: 'NotAnError', frames: [] });
  assert.equal(sentenceOf('canary', 'It failed.'), 'It failed.');
});

function deep(levels: number, stack: string): Error {
  if (levels > 0) return deep(levels - 1, stack);
  const error = new Error('deep');
  return Object.assign(error, {
    stack: `${stack.split('\n').slice(0, 3).join('\n')}\n${error.stack}`,
  });
}

test('a sentence of ours is repeated, masked; one of the system by its code (HOOK-6)', () => {
  assert.equal(sentenceOf(new Error('Run the migrations.'), 'No.'), 'Run the migrations.');
  assert.equal(sentenceOf(new Error('for alice@example.com'), 'No.'), 'for [masked email]');
  const missing = Object.assign(new Error("open '/run/alice'"), { code: 'ENOENT' });
  assert.equal(sentenceOf(missing, 'It did not start.'), 'It did not start. Code ENOENT.');
});
