import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerWithProblems } from '@app/platform/http/errors';
import { createLog } from '@app/platform/logging/log';
import { refuseCrossOrigin } from '@app/platform/http/origins';
import { createServer } from '@app/platform/http/server';

const ORIGIN = 'https://service.test';
const cookie = '__Host-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

const app = createServer(createLog('error'));
answerWithProblems(app);
refuseCrossOrigin(app, () => ORIGIN);

async function codeOf(headers: Record<string, string>, method: 'GET' | 'POST' = 'POST') {
  const answer = await app.inject({ method, url: '/nowhere', headers });
  return answer.json<{ code: string }>().code;
}

test('our own pages, a safe method and a request without the cookie pass on', async () => {
  assert.equal(await codeOf({ cookie, 'sec-fetch-site': 'same-origin' }), 'not-found');
  assert.equal(await codeOf({ cookie, origin: ORIGIN }), 'not-found');
  assert.equal(await codeOf({ cookie, 'sec-fetch-site': 'cross-site' }, 'GET'), 'not-found');
  assert.equal(await codeOf({ origin: 'https://evil.example' }), 'not-found');
});
