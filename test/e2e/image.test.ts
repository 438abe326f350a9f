import { type ChildProcess } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogueHere } from '../support/catalogue.ts';
import { emptyFolderForFile, snapshotOf } from '../support/folder.ts';
import { overlayProofs } from '../proofs/overlay.ts';
import { emit } from '../support/profiles.ts';
import { linkDependencies, linkInfraDependencies } from '../support/workbench.ts';
import { type Image, buildImage } from './image/build.ts';
import {
  type Cloud,
  type Environments,
  authoritiesIn,
  environmentsOf,
  openCloud,
} from './image/cloud.ts';
import { CAN_MOUNT, networkOf, outcomeOf, startIn } from './image/container.ts';
import { execForm } from './image/dockerfile.ts';
import { createDatabase, evaluate } from './under-fire/inspect.ts';

// There is no Docker here. What its Dockerfile says is followed line by line, and run as root alone can: in a root file
// system of its own. That a registry has the base images, and that Docker builds them, is not proven.
const START_MS = 20_000;
const USER = 10_001;

let image: Image;
let project = '';
let cloud: Cloud;
let asked: Environments;
beforeAll(async () => {
  if (!CAN_MOUNT) return;
  const folder = emptyFolderForFile();
  project = await emit('full', folder, await catalogueHere());
  image = buildImage(project, 'services/api/Dockerfile', join(folder, 'image'));
  linkDependencies(project);
  linkInfraDependencies(project);
  overlayProofs(project, ['aws']);
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined) throw new Error('Run it with scripts/with-postgres.sh in front.');
  const { database, socket } = databaseOfMaster(project, server, `image_${process.pid}`);
  asked = environmentsOf(project);
  cloud = await openCloud(project, socket, database, asked);
  // Of the image's own files this one alone is changed: nobody here has a key of RDS's authorities.
  const authorities = JSON.stringify({ ca: [cloud.authority] });
  writeFileSync(
    authoritiesIn(join(image.root, image.workdir)),
    `module.exports = ${authorities};\n`,
  );
});
afterAll(() => cloud?.close());

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

  test('is told where things are and how to sign in, and no folder, password or secret', () => {
    expect(Object.keys(asked).toSorted()).toEqual([
      'api',
      'logins',
      'migrate',
      'operator',
      'worker',
    ]);
    for (const given of Object.values(asked))
      expect(Object.keys(given).filter((name) => /FOLDER|FILE|PASSWORD/.test(name))).toEqual([]);
  });

  test('makes its logins, migrates, serves, works and answers its own health check', async () => {
    for (const once of ['logins', 'migrate', 'logins']) {
      const done = await outcomeOf(start(once, ['services/api/command.ts', once]));
      expect(done, done.said).toMatchObject({ status: 0 });
    }
    const service = start('api', command());
    await expectHealth(service);
    const worker = start('worker', ['services/api/worker.ts']);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(worker.exitCode).toBe(null);
    const verified = await outcomeOf(
      start('operator', ['services/api/command.ts', 'audit', 'verify']),
    );
    expect(verified, verified.said).toMatchObject({ status: 0 });
    for (const child of [service, worker]) expect(await ended(child)).toBe(0);
    expect(await isHealthy()).toBe(1);
  });

  test("does not believe a database that RDS's authorities do not vouch for", async () => {
    const file = authoritiesIn(join(image.root, image.workdir));
    const believed = readFileSync(file);
    try {
      cpSync(authoritiesIn(project), file, { dereference: true });
      cpSync(join(authoritiesIn(project), '../profiles'), join(file, '../profiles'), {
        recursive: true,
        dereference: true,
      });
      const { status, said } = await outcomeOf(start('api', command()));
      expect(status, said).toBe(1);
      expect(said).not.toContain('Listening');
    } finally {
      writeFileSync(file, believed);
    }
  });

  test.each(FLAGS.filter((flag) => !flag.endsWith('security')))(
    'does not start without %s',
    async (flag) => {
      const line = entrypoint().filter((argument) => argument !== flag);
      const { status, said } = await outcomeOf(
        startIn(image, [...line, ...command()], environment('api'), networkOf(cloud.pid)),
      );
      expect(status, said).toBe(1);
      expect(said).not.toContain('Listening');
    },
  );

  test('knows whom it may call only with --allow-fs-read=/app/security', async () => {
    const flag = '--allow-fs-read=/app/security';
    const listed = `
      import { readEgress } from '/app/platform/src/egress/hosts.ts';
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

/** A program of the image, with the environment that infra/ gives it. */
function start(program: string, line: readonly string[]): ChildProcess {
  const whole = [...entrypoint(), ...line];
  return startIn(image, whole, environment(program), networkOf(cloud.pid));
}

function environment(program: string): NodeJS.ProcessEnv {
  return { ...cloud.environments[program], LOG_LEVEL: 'error' };
}

async function expectHealth(service: ChildProcess): Promise<void> {
  const until = performance.now() + START_MS;
  let said = '';
  service.stderr?.on('data', (chunk) => (said += String(chunk)));
  service.stdout?.on('data', (chunk) => (said += String(chunk)));
  while (performance.now() < until && service.exitCode === null)
    if ((await isHealthy()) === 0) return;
  throw new Error(`It did not start. ${said}`);
}

/** As ECS asks, which has the command of the image. */
async function isHealthy(): Promise<number | null> {
  const line = execForm(image.stage, 'HEALTHCHECK');
  return (await outcomeOf(startIn(image, line, {}, networkOf(cloud.pid)))).status;
}

/** A database as RDS makes one: for a master who is no superuser, and may hand the sign-in by IAM on. */
function databaseOfMaster(
  root: string,
  server: string,
  database: string,
): { readonly database: string; readonly socket: string } {
  createDatabase(root, server, database);
  const found = evaluate(
    root,
    `import { Client } from 'pg';
     const client = new Client({ connectionString: ${JSON.stringify(server)} });
     await client.connect();
     for (const role of ['rds_iam', 'app_api', 'app_operator', 'bootstrap login createrole createdb'])
       await client.query('create role ' + role).catch((error) => {
         if (error.code !== '42710') throw error;
       });
     await client.query('grant rds_iam, app_api, app_operator to bootstrap with admin option');
     await client.query('alter database ${database} owner to bootstrap');
     const { rows } = await client.query('show unix_socket_directories');
     await client.end();
     console.log(rows[0].unix_socket_directories);`,
    {},
  );
  return { database, socket: `${found.trim()}/.s.PGSQL.${new URL(server).port}` };
}

async function ended(child: ChildProcess): Promise<number | null> {
  const gone = outcomeOf(child);
  child.kill('SIGTERM');
  return (await gone).status;
}
