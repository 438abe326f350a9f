import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { openReceiver } from '../contracts/receiver.ts';
import project from '../../package.json' with { type: 'json' };
import { commands as known } from '../../services/api/commands.ts';
import { bareEnvironment } from '../../platform/test/support/environment.ts';

test('the service starts behind it, its receiver is reached, and a refusal is an event without an address (HOOK-4, HOOK-6)', async (t) => {
  const receiver = await openReceiver();
  t.after(receiver.close);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', starting], {
    env: { RECEIVER: receiver.endpoint },
    cwd: new URL('../../', import.meta.url),
  });
  const [answers, ...events] = stdout.trim().split('\n').toReversed().map(parsed);
  assert.deepEqual(answers, { receiver: 200, elsewhere: 'EgressDenied' });
  const { time: _, level: __, ...event } = events[0] ?? {};
  assert.deepEqual(event, { event: 'egress-denied', reason: 'address-literal', reportOnly: false });
});

const run = promisify(execFile);

// Where the service would open its database, it calls out instead.
const starting = `
  const { start } = await import('@app/platform/service/serve');
  const { api } = await import('./services/api/service.ts');
  const { buildApp } = await import('./services/api/app.ts');
  const { modules } = await import('./services/api/modules.ts');
  const { readConfig } = await import('./services/api/config.ts');
  const config = readConfig(['--local'], {});
  const receivers = new Map([['RECEIVER', process.env.RECEIVER]]);
  await start(api, { modules, buildApp }, { ...config.value, receivers }, async () => {
    const sent = await fetch(process.env.RECEIVER + '/', { method: 'POST', body: '{}' });
    const elsewhere = await fetch('https://10.0.0.1/token?key=token').catch(({ name }) => name);
    process.stdout.write(JSON.stringify({ receiver: sent.status, elsewhere }));
    process.exit();
  });`;

function parsed(line: string): Record<string, unknown> {
  return JSON.parse(line) as Record<string, unknown>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const COMMAND = /^node services\/api\/command\.ts ([a-z-]+)$/;

// Without arguments a command ends at once. By then its process is guarded, or it never is.
const REPORT_GUARD = `data:text/javascript,${encodeURIComponent(`process.on('exit', () => {
  const { writable } = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  process.stderr.write(writable ? '[open]' : '[guarded]');
});`)}`;

// No server listens there: a command that needs no argument changes no database.
const COMMAND_ENVIRONMENT = {
  ...bareEnvironment(),
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
};

const commands = Object.values(project.scripts).flatMap(
  (script: string) => COMMAND.exec(script)?.[1] ?? [],
);

test('commands are found by the scripts that run them', () => {
  assert.deepEqual(commands.toSorted(), Object.keys(known).toSorted());
});

for (const command of commands) {
  test(`the command ${command} has the one way out before it does anything (HOOK-4)`, async () => {
    assert.match(await endOf(command), /\[guarded\]$/);
  });
}

function endOf(command: string): Promise<string> {
  const argv = [...process.execArgv, '--import', REPORT_GUARD, 'services/api/command.ts', command];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      argv,
      { cwd: root, env: COMMAND_ENVIRONMENT },
      (_error, _stdout, stderr) => resolve(stderr),
    );
  });
}
