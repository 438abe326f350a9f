import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { emptyFolderForFile } from '../support/folder.ts';
import { EMBEDDED, runIn } from '../support/workbench.ts';

const HEALTH_CHECK = ['generate', 'health-check', 'search-index'];

const parent = emptyFolderForFile();
const root = join(parent, 'my-app');
let service: ChildProcess | undefined;

afterAll(() => {
  service?.kill('SIGKILL');
});

describe('a project made by the command, installed for real', () => {
  test('was installed, tested itself, and the screen says so', async () => {
    const run = await runCli(['my-app', '--yes'], { cwd: parent, env: EMBEDDED });
    expect(run.code, run.stderr + run.stdout).toBe(0);
    expect(run.stdout).toMatch(/its own tests: \d{3,} passed/);
    expect(runIn(root, ['git', 'status', '--short', '--ignored']).stdout).toContain(
      '!! node_modules/',
    );
  });

  test('takes a module', async () => {
    const run = await runCli(HEALTH_CHECK, { cwd: root });
    expect(run.code, run.stderr + run.stdout).toBe(0);
  });

  test('passes its whole check, on a PostgreSQL server too', (context) => {
    const url = process.env['TEST_DATABASE_URL'];
    if (!url) return context.skip('no server: run it through scripts/with-postgres.sh');
    const check = runIn(root, ['npm', 'run', '--silent', 'check'], { TEST_DATABASE_URL: url });
    expect(check.status, check.stdout + check.stderr).toBe(0);
    return undefined;
  });

  test('runs, refuses what it should, and lets in who may', async () => {
    const { origin, link } = await start();
    expect(await statusOf(`${origin}/livez`)).toBe(200);
    expect(await statusOf(`${origin}/readyz`)).toBe(200);
    expect(await statusOf(`${origin}/notes`)).toBe(401);
    expect(await statusOf(`${origin}/nowhere`)).toBe(404);

    const cookie = await signIn(origin, link);
    const write = (): Promise<Response> =>
      fetch(`${origin}/notes`, {
        method: 'POST',
        headers: {
          cookie,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
          origin,
          'sec-fetch-site': 'same-origin',
        },
        body: JSON.stringify({ title: 'First', body: 'Words' }),
      });
    expect((await write()).status, 'nobody has a role to begin with').toBe(403);

    const grant = runIn(root, [
      'npm',
      'run',
      '--silent',
      'roles',
      '--',
      'grant',
      'developer',
      'member',
      '--tenant',
      'development',
      '--ticket',
      'DEV-1',
    ]);
    expect(grant.status, grant.stderr).toBe(0);
    expect((await write()).status).toBe(201);
    expect(await statusOf(`${origin}/notes`, { headers: { cookie } })).toBe(200);
  });

  test('cannot be opened twice: the second says so in a sentence and harms nothing', () => {
    const second = runIn(root, ['node', 'services/api/server.ts', '--local'], { PORT: '0' });
    expect(second.status).toBe(1);
    expect(second.stderr).toMatch(/in use by process \d+/);
  });

  test('ends in order when told to', async () => {
    if (!service) throw new Error('The service never started.');
    const ended = once(service, 'exit');
    service.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
  });

  test('gives a module back without a trace', async () => {
    const run = await runCli(['remove', 'health-check', 'search-index'], { cwd: root });
    expect(run.code, run.stderr + run.stdout).toBe(0);
    expect(existsSync(join(root, 'services/api/modules/health-check-search-index'))).toBe(false);
    const fresh = runIn(root, ['npm', 'run', '--silent', 'refresh', '--', '--check']);
    expect(fresh.status, fresh.stdout + fresh.stderr).toBe(0);
  });
});

async function start(): Promise<{ origin: string; link: string }> {
  const child = spawn(join(root, 'node_modules/.bin/node'), ['services/api/server.ts', '--local'], {
    cwd: root,
    env: { ...process.env, PORT: '0', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child, 'spawn');
  service = child;
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const origin = /Listening on (\S+)/.exec(said)?.[1];
    const link = /(http\S+\/development\/sign-in\?token=\S+)/.exec(said)?.[1];
    if (origin && link) {
      child.stdout.resume();
      return { origin, link };
    }
  }
  throw new Error(`The service ended before it listened:\n${said}`);
}

async function signIn(origin: string, link: string): Promise<string> {
  const token = new URL(link).searchParams.get('token') ?? '';
  const answer = await fetch(`${origin}/development/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin },
    body: new URLSearchParams({ token }).toString(),
  });
  expect(answer.status).toBe(200);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

async function statusOf(url: string, init?: RequestInit): Promise<number> {
  return (await fetch(url, init)).status;
}
