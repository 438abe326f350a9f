import { type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolderForFile, snapshotOf } from '../support/folder.ts';
import { emit } from '../support/profiles.ts';
import { linkDependencies } from '../support/workbench.ts';
import { type Image, buildImage } from './image/build.ts';
import { CAN_MOUNT, outcomeOf, startIn } from './image/container.ts';
import { execForm } from './image/dockerfile.ts';
import { createDatabase, evaluate } from './under-fire/inspect.ts';

// There is no Docker here. What its Dockerfile says is followed line by line, and run as root alone can: in a root file
// system of its own. That a registry has the base images, and that Docker builds them, is not proven.
const START_MS = 20_000;
const USER = 10_001;

const LOGIN = `image_${process.pid}`;

let image: Image;
let project = '';
let url = '';
let port = 0;
beforeAll(async () => {
  if (!CAN_MOUNT) return;
  const folder = emptyFolderForFile();
  project = await emit('full', folder, await catalogueHere());
  image = buildImage(project, 'services/api/Dockerfile', join(folder, 'image'));
  linkDependencies(project);
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined) throw new Error('Run it with scripts/with-postgres.sh in front.');
  url = createDatabase(project, server, `image_${process.pid}`);
  port = await freePort();
});

const entrypoint = (): readonly string[] => execForm(image.stage, 'ENTRYPOINT');
const command = (): readonly string[] => execForm(image.stage, 'CMD');
const FLAGS = ['migrations', 'node_modules', 'platform', 'policies', 'security', 'services'].map(
  (folder) => `--allow-fs-read=/app/${folder}`,
);

describe.skipIf(!CAN_MOUNT)('the image of the service', () => {
  test('holds what runs, and nothing to test, to develop or to install with', () => {
    const files = Object.keys(snapshotOf(join(image.root, image.workdir)));
    expect(files).toContain('services/api/server.ts');
    expect(
      files.filter((path) => /\.test\.ts$|^services\/api\/local\/|\/testing\//.test(path)),
    ).toEqual([]);
    expect(new Set(files.map((path) => path.split('/')[0]))).toEqual(
      new Set(['migrations', 'package.json', 'platform', 'policies', 'security', 'services']),
    );
  });

  test('runs as somebody who owns nothing in it', () => {
    const user = image.stage.findLast(({ name }) => name === 'USER');
    expect(user?.rest).toBe(`${USER}:${USER}`);
  });

  test('starts each program of it with exactly the walls that are listed here', () => {
    expect(entrypoint()).toEqual(['/nodejs/bin/node', '--permission', ...FLAGS]);
  });

  test('migrates, serves, works and answers its own health check', async () => {
    const migrated = await outcomeOf(start(['services/api/commands/migrate.ts'], url));
    expect(migrated, migrated.said).toMatchObject({ status: 0 });
    createLogin();
    const service = start(command(), loginUrl());
    expect(await readiness(service)).toBe(200);
    const [, ...health] = execForm(image.stage, 'HEALTHCHECK');
    const asked = ['/nodejs/bin/node', ...health.slice(0, -1), `${port}`];
    expect(await outcomeOf(startIn(image, asked, {}))).toMatchObject({ status: 0 });
    const worker = start(['services/api/worker.ts'], loginUrl());
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(worker.exitCode).toBe(null);
    for (const child of [service, worker]) expect(await ended(child)).toBe(0);
    expect(await outcomeOf(startIn(image, asked, {}))).toMatchObject({ status: 1 });
  });

  test.each(FLAGS.filter((flag) => !flag.endsWith('security')))(
    'does not start without %s',
    async (flag) => {
      const line = entrypoint().filter((argument) => argument !== flag);
      const { status, said } = await outcomeOf(
        startIn(image, [...line, ...command()], environment(loginUrl())),
      );
      expect(status, said).toBe(1);
      expect(said).not.toContain('Listening');
    },
  );

  test('knows whom it may call only with --allow-fs-read=/app/security', async () => {
    const flag = '--allow-fs-read=/app/security';
    const listed = `
      import { readEgress } from '/app/platform/src/egress/shards.ts';
      console.log(readEgress(new URL('file:///app/security/egress/'), { local: false }).length);`;
    const hosts = async (line: readonly string[]): Promise<string> =>
      (await outcomeOf(startIn(image, [...line, '--input-type=module', '--eval', listed], {})))
        .said;
    expect(Number(await hosts(entrypoint()))).toBeGreaterThan(0);
    expect(await hosts(entrypoint().filter((argument) => argument !== flag))).toBe('0\n');
  });

  test.each([
    ['reads what else is in the container', "readFileSync('/lib/os-release')"],
    ['writes into itself', "writeFileSync('/app/services/api/more.ts', '')"],
    ['writes elsewhere', "writeFileSync('/data/more', '')"],
    ['starts a process', "spawnSync('/nodejs/bin/node', ['--version'])"],
  ])('never %s', async (_what, attempt) => {
    const program = `
      import { readFileSync, writeFileSync } from 'node:fs';
      import { spawnSync } from 'node:child_process';
      try { const done = ${attempt}; console.log('done', done?.error?.code); }
      catch (error) { console.log(error.code); }`;
    const line = [...entrypoint(), '--input-type=module', '--eval', program];
    const { said } = await outcomeOf(startIn(image, line, {}));
    expect(said).toMatch(/^(?:done )?ERR_ACCESS_DENIED\n$/);
  });

  test('could not write into itself without those walls either', async () => {
    const write =
      "import { writeFileSync } from 'node:fs'; writeFileSync('/app/services/more', '')";
    const line = ['/nodejs/bin/node', '--input-type=module', '--eval', write];
    expect((await outcomeOf(startIn(image, line, {}))).said).toMatch(/EROFS/);
  });
});

/** A program of the image, on an empty folder for its data: it stands in for the stores of the cloud. */
function start(program: readonly string[], database: string): ChildProcess {
  const data = join(image.root, 'data');
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  chownSync(data, USER, USER);
  chmodSync(data, 0o700);
  return startIn(image, [...entrypoint(), ...program], environment(database));
}

function environment(database: string): NodeJS.ProcessEnv {
  return {
    DATABASE_URL: database,
    DATA_FOLDER: '/data',
    NODE_OPTIONS: '--allow-fs-read=/data --allow-fs-write=/data',
    PUBLIC_ORIGIN: 'https://api.example.com',
    PORT: `${port}`,
    LOG_LEVEL: 'error',
  };
}

/** A member of what the service may be, and no more; the migrations have made that role. */
function createLogin(): void {
  evaluate(
    project,
    `import { Client } from 'pg';
     const client = new Client({ connectionString: ${JSON.stringify(url)} });
     await client.connect();
     await client.query('create role ${LOGIN} login; grant app_api to ${LOGIN}');
     await client.end();`,
    {},
  );
}

function loginUrl(): string {
  const own = new URL(url);
  own.username = LOGIN;
  return own.href;
}

async function readiness(service: ChildProcess): Promise<number | undefined> {
  const until = performance.now() + START_MS;
  let said = '';
  service.stderr?.on('data', (chunk) => (said += String(chunk)));
  while (performance.now() < until && service.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer) return answer.status;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`It did not start. ${said}`);
}

async function ended(child: ChildProcess): Promise<number | null> {
  const gone = outcomeOf(child);
  child.kill('SIGTERM');
  return (await gone).status;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}
