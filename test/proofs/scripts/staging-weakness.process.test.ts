import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Staging } from '../../scripts/verify-staging.ts';
import { targetOf } from '../../scripts/verify-staging.ts';
import type { Handler } from './staging.ts';
import {
  answering,
  failedIn,
  failures,
  listenOn,
  servePlain,
  serveTls,
  unchanged,
  withHeader,
} from './staging.ts';

const echo: Handler = (request, response) => {
  if (request.method !== 'TRACE') return unchanged(request, response);
  return response.end(request.rawHeaders.join(' '));
};

// One weakness per check, and the finding that names it.
const WEAK: readonly [string, (t: TestContext) => Promise<Staging>, string][] = [
  [
    'TLS 1.0',
    (t) => serveTls(t, unchanged, { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }),
    'tls TLS 1.0 is refused',
  ],
  [
    'plain http without a redirect',
    async (t) => ({
      ...(await serveTls(t)),
      httpPort: await listenOn(t, http.createServer(unchanged)),
    }),
    'redirect plain http leads to https',
  ],
  [
    'an answer without a content security policy',
    (t) => servePlain(t, withHeader('content-security-policy', undefined)),
    'headers / content-security-policy',
  ],
  [
    'an error with a stack trace',
    (t) => servePlain(t, answering('/%', 400, 'Error\n    at f (/app/x.js:1:2)')),
    'answers /% says nothing internal',
  ],
  ['a file with secrets', (t) => servePlain(t, answering('/.env', 200, 'A=b')), 'exposed /.env'],
  [
    'an answer for every origin',
    (t) => servePlain(t, withHeader('access-control-allow-origin', '*')),
    'cors origin https://stranger.example',
  ],
  ['TRACE that echoes', (t) => servePlain(t, echo), 'methods TRACE is off'],
];

for (const [what, stage, expected] of WEAK) {
  test(`${what} is found`, async (t) => {
    const found = await failures(await stage(t));
    assert.ok(found.includes(expected), found.join('\n'));
  });
}

test('credentials, paths and plain http to other machines are refused before anything is sent', () => {
  for (const [url, expected] of [
    ['https://staging.example.com', undefined],
    ['http://[::1]:3000', undefined],
    ['http://staging.example.com', /Only https/],
    ['http://localhost.example.com', /Only https/],
    ['https://user@staging.example.com', /credentials/],
    ['https://staging.example.com/path', /origin only/],
  ] as const) {
    if (expected === undefined) assert.equal(targetOf(url).href, `${url}/`);
    else assert.throws(() => targetOf(url), expected, url);
  }
});

const script = fileURLToPath(new URL('../../scripts/verify-staging.ts', import.meta.url));

test('the command prints the failed checks, and its exit status is the verdict', async (t) => {
  const port = await listenOn(t, http.createServer(withHeader('set-cookie', 'a=b')));
  const command = spawn(process.execPath, [script, `http://localhost:${port}`, '--json']);
  const [output, [status]] = await Promise.all([text(command.stdout), once(command, 'exit')]);
  assert.equal(status, 1);
  assert.ok(failedIn(JSON.parse(output).findings).includes('cookie / a Secure'));
  assert.equal(spawnSync(process.execPath, [script, 'https://u@a.example']).status, 2);
});
