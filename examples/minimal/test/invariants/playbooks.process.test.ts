import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ACR_SINGLE_FACTOR } from '@app/platform/sessions/caller';
import { readArchive, writeArchive } from '@app/platform/database/backup';
import { openFolder } from '@app/platform/database/embedded';
import { databaseOn } from '@app/platform/database/open';
import { openSession } from '@app/platform/sessions/sessions';
import { emptyDataDir } from '../../platform/test/support/database.ts';
import { bareEnvironment } from '../../platform/test/support/environment.ts';
import { copyProject } from '../../platform/test/support/folder.ts';
import { grantRole } from '@app/platform/authorization/roles';
import { SecretReference } from '@app/platform/secrets/secret';
import { migrationOrder } from '../../migrations/order.ts';
import { localStores } from '@app/platform/local/stores';
import type { Drill, Drills } from '../support/installed.ts';
import { installedDrills } from '../support/installed.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const playbooks = globSync('playbooks/*.md', { cwd: root }).toSorted().map(readPlaybook);
const others = await installedDrills();

const COPIED =
  '{package*.json,SECURITY.md,.github,migrations,platform,policies,scripts,security,services,test}';
// A command blocks this process, so it would not see the service hang up on a connection that is kept.
const ONCE = { connection: 'close' };

// The subject and tenant of the development sign-in.
const HOLDER = { subject: 'developer', tenant: 'development' };

// Why its commands are not run, and those that are: one string per fence.
function readPlaybook(path: string) {
  const text = readFileSync(join(root, path), 'utf8');
  const [, front = ''] = /^---\n(.*?)\n---\n/s.exec(text) ?? [];
  const [, undrilled] = /^undrilled: (.+)$/m.exec(front) ?? [];
  const runs = [...text.matchAll(/^```sh run\n(.*?)^```$/gms)].map(([, fence = '']) => fence);
  return { path, text, undrilled, runs };
}

let folder: string;
let good: string;
let cookie: string;
let atBackup: string;
let service: Awaited<ReturnType<typeof started>>;
before(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'playbooks-')));
  await copyProject(folder, globSync(COPIED, { cwd: root }));
  await writeFile(join(folder, 'secret-file'), 'a new value');
  await makeData();
  // Policies are read at the start: the bad release is not running yet.
  service = await started();
  good = await releaseBadPolicy();
});
after(async () => {
  await service.stop();
  await rm(folder, { recursive: true, maxRetries: 3 });
});

// A user with a role and a session, and a backup from that time.
async function makeData(): Promise<void> {
  const options = { loadDataDir: await emptyDataDir() };
  const database = databaseOn('folder', await openFolder(join(folder, '.data/api'), options));
  await database.migrate(join(root, 'migrations'), migrationOrder);
  const change = { ...HOLDER, role: 'member', actor: 'test', ticket: 'TEST-1' };
  await database.operatorTransaction('test', (tx) => grantRole(tx, change, ['member']));
  for (const { data } of Object.values(others)) await data?.(database, folder);
  const session = { ...HOLDER, acr: ACR_SINGLE_FACTOR, risk: 0 } as const;
  const opened = await database.systemTransaction('test', (tx) => openSession(tx, session));
  cookie = `__Host-session=${opened.cookieValue.reveal()}`;
  atBackup = cookie;
  const dump = (await database.dump?.()) ?? assert.fail('It has no dump.');
  await writeArchive(join(folder, 'before.backup'), dump);
  await database.close();
}

// In an incident the service runs, and commands go through it.
async function started() {
  const env = { ...bareEnvironment(), PORT: '0', LOG_LEVEL: 'error' };
  const command = [...process.execArgv, 'services/api/server.ts', '--local'];
  const child = spawn(process.execPath, command, { cwd: folder, env });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const [, port] = /localhost:(\d+)/.exec(String((await lines.next()).value)) ?? [];
  const [, link = ''] = /token=(\S+)/.exec(String((await lines.next()).value)) ?? [];
  return {
    origin: `http://127.0.0.1:${port}`,
    link,
    stop: async () => {
      if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    },
  };
}

async function signIn(): Promise<void> {
  const answer = await fetch(`${service.origin}/development/sign-in`, {
    method: 'POST',
    headers: ONCE,
    body: new URLSearchParams({ token: service.link }),
  });
  cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

async function statusOfSession(): Promise<number> {
  return (await fetch(`${service.origin}/session`, { headers: { ...ONCE, cookie } })).status;
}

// Commits the policies, then a release that forbids everything.
async function releaseBadPolicy(): Promise<string> {
  for (const command of ['git init --quiet', 'git add policies', commit('right')]) run(command);
  const { stdout } = run('git rev-parse HEAD');
  const file = join(folder, 'policies/app.cedar');
  const everybody = '@id("nobody")\nforbid (principal, action, resource);\n';
  await writeFile(file, `${await readFile(file, 'utf8')}\n${everybody}`);
  run(commit('wrong'));
  return stdout.trim();
}

function commit(message: string): string {
  return `git -c user.name=t -c user.email=t@t.example commit --quiet --all --message ${message}`;
}

function run(command: string) {
  const env = { ...bareEnvironment(), npm_config_update_notifier: 'false' };
  return spawnSync('sh', ['-ec', command], { cwd: folder, env, encoding: 'utf8' });
}

function filledIn(command: string): string {
  const values: Record<string, string> = {
    subject: HOLDER.subject,
    tenant: HOLDER.tenant,
    role: 'member',
    ticket: 'INC-1',
    commit: good,
    name: 'specimen',
    'secret-file': 'secret-file',
    'backup-file': 'before.backup',
    'broken-file': 'broken.backup',
    'next-file': 'next.backup',
    'evidence-file': 'evidence.backup',
    date: '2020-01-01',
  };
  for (const drill of Object.values(others)) Object.assign(values, drill.values);
  return command.replaceAll(
    /<([a-z-]+)>/g,
    (placeholder, name: string) => values[name] ?? placeholder,
  );
}

function rolesOfHolder(): string {
  return run(filledIn('npm run roles -- list <subject> --tenant <tenant>')).stdout;
}

function trail(): string {
  return run('npm run audit -- list --since 2020-01-01').stdout;
}

// Those of the platform. They run one after the other, with those of modules, on the same data.
const EFFECTS: Drills = {
  'playbooks/a-fix-younger-than-the-delay.md': {
    after: async () => {
      const bom = await readFile(join(folder, 'sbom/services.cdx.json'), 'utf8');
      assert.match(bom, /"purl": "pkg:npm\/fastify@/);
    },
  },
  'playbooks/audit-verification-failed.md': {
    before: async () => assert.equal(await statusOfSession(), 200),
    after: async () => {
      assert.equal(await statusOfSession(), 401);
      await readArchive(join(folder, 'evidence.backup'));
    },
  },
  'playbooks/leaked-session.md': {
    before: async () => {
      await signIn();
      assert.equal(await statusOfSession(), 200);
    },
    after: async () => {
      assert.equal(await statusOfSession(), 401);
      assert.match(rolesOfHolder(), /^none$/m);
    },
  },
  'playbooks/policy-rollback.md': {
    after: async () => {
      assert.doesNotMatch(await readFile(join(folder, 'policies/app.cedar'), 'utf8'), /"nobody"/);
      assert.equal(run(`git diff --quiet ${good} -- policies`).status, 0);
    },
  },
  'playbooks/restore-the-database.md': {
    before: () => service.stop(),
    after: async () => {
      await readArchive(join(folder, 'broken.backup'));
      service = await started();
      // The sessions of then are back as well, which is why the playbook ends them.
      cookie = atBackup;
      assert.equal(await statusOfSession(), 200);
      assert.match(rolesOfHolder(), /^member$/m);
      const { status, stdout } = run('npm run audit -- verify');
      assert.equal(status, 0);
      assert.match(stdout, /^Accepted loss: stream "development", .* by operator:.*, INC-1, /m);
    },
  },
  'playbooks/rotate-a-secret.md': {
    before: async () => assert.doesNotMatch(trail(), /"secret:specimen"/),
    after: async () => {
      const { secrets } = localStores(join(folder, '.data'));
      assert.ok((await secrets.read(new SecretReference('specimen'))).equals('a new value'));
      assert.match(trail(), /"secret\.set","outcome":"success",.*"secret:specimen"/);
    },
  },
};

const drills: Drills = { ...EFFECTS, ...others };

const drilled = playbooks.filter(({ undrilled }) => undrilled === undefined);

test('every playbook has an effect that is looked at, and no effect lacks its playbook', () => {
  assert.deepEqual(
    drilled.map(({ path }) => path),
    Object.keys(drills).toSorted(),
  );
});

// Only commands of a cloud are not run: there is no cloud here to answer them.
test('a playbook that is not tried says why, and has nothing but commands of a cloud', () => {
  for (const { path, undrilled, text } of playbooks.filter((one) => !drilled.includes(one))) {
    assert.match(undrilled ?? '', /^\w+( \w+)+$/, path);
    const fences = [...text.matchAll(/^```sh[^\n]*\n(.*?)^```$/gms)].map(([, fence = '']) => fence);
    const lines = fences.flatMap((fence) => fence.trim().split('\n'));
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('aws ')),
      [],
      path,
    );
  }
});

for (const playbook of drilled) {
  test(`the commands of ${playbook.path} do what it says`, async () => {
    const drill = drills[playbook.path] as Drill;
    const incident = { folder, run: (command: string) => run(filledIn(command)) };
    await drill.before?.(incident);
    for (const command of playbook.runs) {
      const { status, stdout, stderr } = run(filledIn(command));
      assert.equal(status, 0, `${playbook.path}: ${command}${stdout}${stderr}`);
    }
    await drill.after(incident);
  });
}
