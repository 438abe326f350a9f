import { runIn } from '../../support/workbench.ts';

export interface Found {
  readonly notes: readonly string[];
  readonly created: readonly string[];
  readonly deleted: readonly string[];
}

/** What the database of a service that is not running holds, read by the emitted code itself. */
export function inspect(root: string, env: NodeJS.ProcessEnv): Found {
  return JSON.parse(
    evaluate(
      root,
      `import { sql } from 'kysely';
       import { openDatabase } from '@app/platform/database/open';
       import { readCommandConfig } from './services/api/config.ts';
       const database = await openDatabase(readCommandConfig().value.database);
       const found = await database.ownerTransaction('inspect', async (tx) => {
         // Waits for what a server still has under way for a client that is gone.
         await sql\`lock table note, audit_event in share mode\`.execute(tx.sql);
         const ids = async (query) => (await query.execute(tx.sql)).rows.map(({ id }) => id);
         const events = (action) => ids(sql\`
           select substring(resource from '"(.*)"') as id from audit_event
           where action = \${action} and outcome = 'success'\`);
         return {
           notes: await ids(sql\`select id from note\`),
           created: await events('Notes::Action::"create"'),
           deleted: await events('Notes::Action::"delete"'),
         };
       });
       await database.close();
       console.log(JSON.stringify(found));`,
      env,
    ),
  ) as Found;
}

/** A database of its own on the server that the test run brings, by its address. */
export function createDatabase(root: string, server: string, name: string): string {
  evaluate(
    root,
    `import { Client } from 'pg';
     const client = new Client({ connectionString: ${JSON.stringify(server)} });
     await client.connect();
     await client.query('create database ${name}');
     await client.end();`,
    {},
  );
  const own = new URL(server);
  own.pathname = `/${name}`;
  return own.href;
}

/** What a program within the emitted project prints. */
export function evaluate(root: string, program: string, env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr } = runIn(
    root,
    ['node', '--input-type=module', '--eval', program],
    env,
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
