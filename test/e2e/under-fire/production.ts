import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { runIn } from '../../support/workbench.ts';
import { createDatabase, evaluate } from './inspect.ts';

/** A project as it runs in production: the schema has an owner, and the service a login of its own. */
export interface Production {
  readonly root: string;
  /** Of whoever owns the schema, for what looks past the walls. */
  readonly owner: NodeJS.ProcessEnv;
  readonly service: NodeJS.ProcessEnv;
}

export function prepareProduction(
  root: string,
  name: string,
  dataFolder: string,
  secrets: Readonly<Record<string, string>>,
): Production {
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined) throw new Error('Run it with scripts/with-postgres.sh in front.');
  const url = createDatabase(root, server, name);
  const owner = { DATABASE_URL: url, DATA_FOLDER: dataFolder };
  const migrated = runIn(root, ['npm', 'run', '--silent', 'migrate'], owner);
  if (migrated.status !== 0) throw new Error(migrated.stderr);
  evaluate(
    root,
    `import { Secret, SecretReference } from '@app/platform/secrets/secret';
     import { localStores } from '@app/platform/local/stores';
     const { secrets } = localStores(process.env.DATA_FOLDER);
     for (const [name, value] of Object.entries(JSON.parse(process.env.SECRETS)))
       await secrets.set(new SecretReference(name), new Secret(value));`,
    { ...owner, SECRETS: JSON.stringify(secrets) },
  );
  const login = `${name}_api`;
  query({ root, owner }, `create role ${login} login; grant app_api to ${login};`);
  const own = new URL(url);
  own.username = login;
  const service = {
    DATABASE_URL: own.href,
    DATA_FOLDER: dataFolder,
    PUBLIC_ORIGIN: 'https://api.example.com',
    LOG_LEVEL: 'error',
  };
  return { root, owner, service };
}

/** The rows of one statement, or of none, as the owner of the database sees them. */
export function query<Row>(
  { root, owner }: Pick<Production, 'root' | 'owner'>,
  statement: string,
): readonly Row[] {
  const said = evaluate(
    root,
    `import { Client } from 'pg';
     const client = new Client({ connectionString: process.env.DATABASE_URL });
     await client.connect();
     const { rows } = await client.query(process.env.STATEMENT);
     await client.end();
     console.log(JSON.stringify(rows ?? []));`,
    { ...owner, STATEMENT: statement },
  );
  return JSON.parse(said) as readonly Row[];
}

/** One of several processes: killed, it comes back at the same address. */
export interface Process {
  readonly kind: 'api' | 'worker';
  readonly port: number;
  child: ChildProcessWithoutNullStreams;
}

export async function startProcess(
  production: Production,
  kind: Process['kind'],
): Promise<Process> {
  const port = await freePort();
  return { kind, port, child: await begin(production, kind, port) };
}

export async function killAndRestart(production: Production, process: Process): Promise<void> {
  await end(process, 'SIGKILL');
  process.child = await begin(production, process.kind, process.port);
}

/** With what code it ended. */
export async function end({ child }: Process, signal: NodeJS.Signals): Promise<unknown> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

async function begin(
  { root, service }: Production,
  kind: Process['kind'],
  port: number,
): Promise<ChildProcessWithoutNullStreams> {
  const path = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const file = kind === 'api' ? 'services/api/server.ts' : 'services/api/worker.ts';
  const env = { ...service, PORT: String(port), PATH: path };
  const child = spawn('node', [file], { cwd: root, env });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const { value } = (await lines.next()) as { value?: string };
  if (!/^(?:Working|Listening on )/.test(value ?? ''))
    throw new Error(`The ${kind} did not start: ${value ?? said}`);
  // Whatever it logs from here on is read, so that it never waits for us.
  child.stdout.resume();
  return child;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
