import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { api } from '../../services/api/service.ts';
import { openFolder } from '../src/database/embedded.ts';
import { lockedFlags } from '../src/service/locked.ts';
import { emptyDataDir } from './support/database.ts';
import { copyProject } from './support/folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const flags = lockedFlags(api);

const parent = await realpath(await mkdtemp(join(tmpdir(), 'locked-')));
after(() => rm(parent, { recursive: true }));

test('a service that lacks its settings says so in sentences, and does not start', () => {
  const server = join(root, 'services/api/server.ts');
  const { status, stderr, stdout } = spawnSync(process.execPath, [server], {
    env: {},
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.deepEqual(
    stderr
      .trim()
      .split('\n')
      .map((line) => line.split(/[ ,]/)[0]),
    ['DATABASE_URL', 'PUBLIC_ORIGIN', 'DATA_FOLDER'],
  );
});

// Each line tries one thing that the service has no use for.
const ATTEMPTS: Readonly<Record<string, string>> = {
  'reading what the machine knows': `readFileSync('/etc/passwd')`,
  'reading the rest of the checkout': `readFileSync(${JSON.stringify(join(root, '.npmrc'))})`,
  'writing code': `writeFileSync(${JSON.stringify(join(root, 'services', 'more.ts'))}, '')`,
  'starting a process': `spawnSync(process.execPath, ['--version'])`,
};

const IMPORTS = `
  import { readFileSync, writeFileSync } from 'node:fs';
  import { spawnSync } from 'node:child_process';`;

for (const [what, attempt] of Object.entries(ATTEMPTS)) {
  test(`locked, the service is refused ${what} (AUTHZ-4)`, () => {
    const program = `${IMPORTS}
      try { const done = ${attempt}; console.log('done', done?.error?.code); }
      catch (error) { console.log(error.code); }`;
    const args = [...flags, '--input-type=module', '--eval', program];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.match(stdout, /^(?:done )?ERR_(?:ACCESS_DENIED|DLOPEN_DISABLED)\n$/, stderr);
  });
}

test('locked, the service starts, answers, keeps its data and ends when asked to', async (t) => {
  const project = await projectOfItsOwn();
  const env = { PORT: '0', LOG_LEVEL: 'error' };
  const launcher = join(project, 'services/api/locked.ts');
  const service = spawn(process.execPath, [launcher, '--local'], { env });
  t.after(() => service.kill('SIGKILL'));
  const lines = createInterface(service.stdout)[Symbol.asyncIterator]();
  const origin = /http:\/\/localhost:(\d+)/.exec(String((await lines.next()).value));
  assert.ok(origin);
  assert.equal((await fetch(`http://127.0.0.1:${origin[1]}/readyz`)).status, 200);
  // Its own start is known, so that its claim is never taken for another process's.
  const claims = (await readdir(join(project, '.data/api'))).filter((name) =>
    name.startsWith('owner'),
  );
  if (process.platform === 'linux') assert.doesNotMatch(claims[0] ?? '', /\.0\.[0-9a-f]{16}$/);
  service.kill('SIGTERM');
  if (process.platform !== 'win32') assert.deepEqual(await once(service, 'exit'), [0, null]);
});

async function projectOfItsOwn(): Promise<string> {
  const project = join(parent, 'project');
  const names = ['package.json', 'platform', 'services', 'migrations', 'policies', 'security'];
  await copyProject(project, names);
  // Making a database takes seconds; one that is there takes none.
  const options = { loadDataDir: await emptyDataDir() };
  await (await openFolder(join(project, '.data/api'), options)).end();
  assert.ok(existsSync(join(project, '.data/api/postgres')));
  return project;
}
