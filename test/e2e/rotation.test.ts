import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { catalogueHere } from '../support/catalogue.ts';
import { emit } from '../support/profiles.ts';
import { linkDependencies } from '../support/workbench.ts';
import { evaluate } from './under-fire/inspect.ts';

const ROTATIONS = 8;
const FEWEST_REQUESTS = 100;

/**
 * Every request signs in anew, so that none lives on a session from before. The server changes first in one rotation and
 * the file in the next, as operators and the rotation of a cloud do it.
 */
const DRILL = `
  import { randomBytes } from 'node:crypto';
  import { rename, writeFile } from 'node:fs/promises';
  import { setTimeout } from 'node:timers/promises';
  import { Client } from 'pg';
  import { openDatabase } from '@app/platform/database/open';

  const own = new URL(process.env.TEST_DATABASE_URL);
  const administrator = new Client({ connectionString: own.href });
  await administrator.connect();
  await administrator.query('create role rotated login');
  own.username = 'rotated';
  const passwordFile = process.env.PASSWORD_FILE;

  const onServer = (password) => administrator.query("alter role rotated password '" + password + "'");
  const inFile = async (password) => {
    await writeFile(passwordFile + '.new', password, { mode: 0o600 });
    await rename(passwordFile + '.new', passwordFile);
  };
  const first = randomBytes(16).toString('hex');
  await onServer(first);
  await inFile(first);

  let isOver = false;
  const told = { requests: 0, failed: [], refused: false };
  async function load() {
    while (!isOver) {
      const database = await openDatabase({ kind: 'server', url: own.href, passwordFile });
      try {
        await database.ownerTransaction('drill', async () => {});
        told.requests += 1;
      } catch (error) {
        told.failed.push(String(error.code));
      } finally {
        await database.close();
      }
    }
  }
  const loads = [load(), load(), load(), load()];
  for (let rotation = 0; rotation < ${ROTATIONS}; rotation += 1) {
    await setTimeout(1_000);
    const steps = [onServer, inFile];
    if (rotation % 2 === 1) steps.reverse();
    const next = randomBytes(16).toString('hex');
    for (const step of steps) {
      await step(next);
      await setTimeout(100);
    }
  }
  isOver = true;
  await Promise.all(loads);

  // That the server asks at all, and that a wrong password stays a failure.
  await inFile('wrong');
  const database = await openDatabase({ kind: 'server', url: own.href, passwordFile });
  told.refused = await database.ownerTransaction('drill', async () => {}).then(() => false, (error) => error.code === '28P01');
  await database.close();
  await administrator.query('drop role rotated');
  await administrator.end();
  console.log(JSON.stringify(told));
`;

const folder = mkdtempSync(join(tmpdir(), 'create-secure-app-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a password of the database that changes every second fails no request', async () => {
  const root = await emit('minimal', folder, await catalogueHere());
  linkDependencies(root);
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined) throw new Error('Run it with scripts/with-postgres.sh in front.');
  const told: unknown = JSON.parse(
    evaluate(root, DRILL, {
      TEST_DATABASE_URL: server,
      PASSWORD_FILE: join(folder, 'password'),
    }),
  );
  expect(told).toMatchObject({ failed: [], refused: true });
  expect((told as { requests: number }).requests).toBeGreaterThan(FEWEST_REQUESTS);
});
