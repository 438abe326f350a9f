import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { verifyStaging } from '../../scripts/staging/verify.ts';
import { problemOfTarget } from '../../scripts/staging/target.ts';
import { setSessionCookie } from '@app/platform/http/sessions';
import { failed, failures, listening, staged, withHeader } from './stage.ts';

const COOKIE = setSessionCookie('a'.repeat(43));

test('the service as it is fails nothing', async (t) => {
  const findings = await verifyStaging(await staged(t, withHeader('set-cookie', COOKIE)));
  assert.deepEqual(failed(findings), []);
  assert.ok(findings.length > 100);
});

test('a server that never answers is a failure, not a wait', async (t) => {
  const port = await listening(
    t,
    http.createServer(() => {}),
  );
  const origin = new URL(`http://localhost:${port}`);
  const found = await failures({ origin, timeoutMs: 200 });
  assert.deepEqual(found, [
    'answers the server answers',
    'exposed the server answers',
    'methods the server answers',
  ]);
});

test('credentials, paths and plain http to other machines are refused before anything is sent', () => {
  for (const [url, expected] of [
    ['https://staging.example.com', undefined],
    ['http://localhost:3000', undefined],
    ['http://[::1]:3000', undefined],
    ['http://staging.example.com', /Only https/],
    ['http://localhost.example.com', /Only https/],
    ['ftp://localhost', /Only https/],
    ['https://user@staging.example.com', /credentials/],
    ['https://staging.example.com/path', /origin only/],
  ] as const) {
    const problem = problemOfTarget(new URL(url));
    if (expected === undefined) assert.equal(problem, undefined, url);
    else assert.match(problem ?? '', expected, url);
  }
});

const script = fileURLToPath(new URL('../../scripts/verify-staging.ts', import.meta.url));

test('the command says what it looked at, and its exit status is the verdict', async (t) => {
  const port = await listening(t, http.createServer(withHeader('set-cookie', 'a=b')));
  const command = spawn(process.execPath, [script, `http://localhost:${port}`, '--json']);
  const [output, [status]] = await Promise.all([text(command.stdout), once(command, 'exit')]);
  assert.equal(status, 1);
  assert.ok(failed(JSON.parse(output).findings).includes('cookie / a Secure'));
  for (const args of [[], ['nowhere'], ['https://a.example', 'more'], ['https://u@a.example']]) {
    assert.equal(spawnSync(process.execPath, [script, ...args]).status, 2, args.join(' '));
  }
});
