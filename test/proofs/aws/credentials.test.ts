import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { taskCredentials } from '@app/platform/aws/client';

const HOUR_MS = 60 * 60_000;
const PATH = '/v2/credentials/5fe0c1a8';

function answer(at: number): Record<string, string> {
  return {
    AccessKeyId: `key-${at}`,
    SecretAccessKey: randomBytes(8).toString('hex'),
    Token: randomBytes(8).toString('hex'),
    Expiration: new Date(at + 6 * HOUR_MS).toISOString(),
  };
}

// Stands in for the address of the task, which only a task has.
function answering(t: TestContext, respond: () => Response | Promise<Response>): void {
  t.mock.method(globalThis, 'fetch', async () => respond());
}

test('those that are held serve until they are over, when no new ones are given', async (t) => {
  let clock = 0;
  let isDown = false;
  answering(t, () => (isDown ? Promise.reject(new Error()) : Response.json(answer(clock))));
  const credentials = taskCredentials(PATH, () => clock);
  await credentials();
  isDown = true;
  clock = 6 * HOUR_MS - 1;
  assert.equal((await credentials()).accessKeyId, 'key-0');
  clock += 1;
  await assert.rejects(credentials(), /given no credentials/);
  isDown = false;
  assert.equal((await credentials()).accessKeyId, `key-${clock}`);
});

test('an answer that is none is an error without its words (HOOK-6)', async (t) => {
  const half = randomBytes(12).toString('hex');
  const answers = [
    () => Response.json({ AccessKeyId: 'a', SecretAccessKey: half }),
    () => new Response(half, { status: 500 }),
    () => new Response(half),
    () => Promise.reject(new Error(half)),
  ];
  for (const respond of answers) {
    answering(t, respond);
    await assert.rejects(taskCredentials(PATH)(), (error: Error) => {
      assert.equal(error.message, 'The task was given no credentials of its role.');
      assert.equal(error.cause, undefined);
      return true;
    });
    t.mock.restoreAll();
  }
});
