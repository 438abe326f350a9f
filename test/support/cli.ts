import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command as users run it: the bundle, in a process of its own. `scripts/setup.mjs` has built it. */
export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The Node that the machine itself has, which may be the oldest we support, instead of the pinned one. */
export function hostNode(): string {
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  const found = folders.map((folder) => join(folder, 'node')).find((file) => existsSync(file));
  return found ?? process.execPath;
}

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** What it reads; null when that never ends. */
  readonly input?: string | null;
  readonly env?: NodeJS.ProcessEnv;
  /** The Node to run on; the one that runs the tests by default. */
  readonly node?: string;
  /** Another copy of the command. */
  readonly cli?: string;
  /** A command that starts the command, such as `nsenter`. */
  readonly through?: readonly string[];
  /** Called with the process as soon as it runs, to kill it, say. */
  readonly started?: (child: ChildProcess) => void;
}

/** Runs the command and waits for its end. */
export function runCli(args: readonly string[], options: RunOptions): Promise<Run> {
  return new Promise((resolve, reject) => {
    const node = options.node ?? process.execPath;
    const [file = node, ...rest] = [...(options.through ?? []), node, options.cli ?? CLI, ...args];
    const child = spawn(file, rest, {
      cwd: options.cwd,
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: 'pipe',
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => undefined);
    if (options.input !== null) child.stdin.end(options.input ?? '');
    options.started?.(child);
  });
}

/** Runs the command where it must succeed for the test to make sense. */
export async function mustRun(args: readonly string[], cwd: string): Promise<void> {
  const { code, stderr } = await runCli(args, { cwd });
  if (code !== 0) throw new Error(`It ended with ${code}: ${stderr}`);
}
