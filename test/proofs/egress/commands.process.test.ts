import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from '../../platform/test/support/environment.ts';
import project from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../../', import.meta.url));
const COMMAND = /^node services\/api\/command\.ts ([a-z-]+)$/;

// A command that was told nothing ends at once; by then its process has the one way out or it never had.
const LOOK = `data:text/javascript,${encodeURIComponent(`process.on('exit', () => {
  const { writable } = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  process.stderr.write(writable ? '[open]' : '[guarded]');
});`)}`;

// Nobody listens there: a command that needs no argument finds no database, and changes none.
const env = { ...bareEnvironment(), DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };

const commands = Object.values(project.scripts).flatMap(
  (script: string) => COMMAND.exec(script)?.[1] ?? [],
);

test('commands are found by the scripts that run them', () => {
  assert.ok(commands.length >= 6);
});

for (const command of commands) {
  test(`the command ${command} has the one way out before it does anything (HOOK-4)`, async () => {
    assert.match(await endOf(command), /\[guarded\]$/);
  });
}

function endOf(command: string): Promise<string> {
  const argv = [...process.execArgv, '--import', LOOK, 'services/api/command.ts', command];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd: root, env }, (_error, _stdout, stderr) =>
      resolve(stderr),
    );
  });
}
