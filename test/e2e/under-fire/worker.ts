import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

/** Starts a worker of an emitted project, and waits until it works. */
export async function startWorker(
  root: string,
  env: NodeJS.ProcessEnv,
): Promise<ChildProcessWithoutNullStreams> {
  const path = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const child = spawn('node', ['services/api/worker.ts', '--local'], {
    cwd: root,
    env: { ...env, LOG_LEVEL: 'error', PATH: path },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const { value } = (await lines.next()) as { value?: string };
  if (value !== 'Working') throw new Error(`The worker did not start: ${value ?? said}`);
  return child;
}

export async function stopWorker(
  child: ChildProcessWithoutNullStreams,
  signal: NodeJS.Signals,
): Promise<unknown> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}
