import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// The same Fastify, table, statements, response schema and bytes as the service, and none of its controls: no session,
// no policy, no tenant, no transaction around one statement, no audit, no log, no validation.
const require = createRequire(join(process.cwd(), 'package.json'));
const MIGRATION = 'migrations/notes/0001_notes.sql';
const COLUMNS = 'id, owner, title, body, created_at, updated_at';
const READ = `select ${COLUMNS} from note where id = $1 and tenant = $2`;
const WRITE = `insert into note (tenant, owner, title, body) values ($1, $2, $3, $4) returning ${COLUMNS}`;

const text = { type: 'string' };
const note = {
  type: 'object',
  properties: { id: text, title: text, body: text, createdAt: text, updatedAt: text },
};

const { exec, query } = await open(JSON.parse(process.env.TARGET));
// Whom the migration grants to. On a server the service may have made it already.
await exec(`do $$ begin create role app_api nologin; exception when duplicate_object then end $$`);
await exec(await readFile(MIGRATION, 'utf8'));
const app = require('fastify')();

app.get('/notes/:id', { schema: { response: { 200: note } } }, async (request) => {
  const [row] = await query(READ, [request.params.id, 'acme']);
  return noteOf(row);
});

app.post('/notes', { schema: { response: { 201: note } } }, async (request, reply) => {
  const { title, body } = request.body;
  const [row] = await query(WRITE, ['acme', 'alice', title, body]);
  reply.code(201).header('location', `/notes/${row.id}`);
  return noteOf(row);
});

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
process.send({ ready: {} });
process.on('SIGTERM', () => process.exit(0));

async function open({ kind, path, url }) {
  if (kind === 'server') {
    const { Pool } = require('pg');
    const pool = new Pool({ connectionString: url, max: 10 });
    const run = async (statement, values) => (await pool.query(statement, values)).rows;
    return { exec: run, query: run };
  }
  const { PGlite } = require('@electric-sql/pglite');
  const pglite = await PGlite.create(kind === 'folder' ? { dataDir: path } : {});
  return {
    exec: (statement) => pglite.exec(statement),
    query: async (statement, values) => (await pglite.query(statement, values)).rows,
  };
}

function noteOf({ id, title, body, created_at, updated_at }) {
  return {
    id,
    title,
    body,
    createdAt: created_at.toISOString(),
    updatedAt: updated_at.toISOString(),
  };
}
