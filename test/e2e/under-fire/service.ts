import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Running {
  readonly origin: string;
  readonly signInLink: string;
  readonly child: ChildProcessWithoutNullStreams;
}

/** A load is not what the limits let one caller do: here they count, and never refuse. */
export function liftLimits(root: string): void {
  const path = join(root, 'platform/src/http/rate-limits.ts');
  const limits = readFileSync(path, 'utf8');
  writeFileSync(path, limits.replaceAll(/\bpoints: [\d_]+/g, '$& * 1_000_000'));
}

/** Starts an emitted service as a developer does, and waits until it listens. */
export async function startService(root: string, env: NodeJS.ProcessEnv): Promise<Running> {
  const path = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const child = spawn('node', ['services/api/server.ts', '--local'], {
    cwd: root,
    env: { ...env, PORT: '0', LOG_LEVEL: 'warn', PATH: path },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`The service did not start: ${said}`);
    const link = /Sign in once.*: (?<link>(?<origin>http:\S+?)\/development\S+)/.exec(
      value,
    )?.groups;
    if (link) return { child, origin: link['origin'] ?? '', signInLink: link['link'] ?? '' };
  }
}

export async function stopService({ child }: Running, signal: NodeJS.Signals): Promise<unknown> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

/** Opens the link that the start printed, and returns the cookie of the session. */
export async function signIn({ origin, signInLink }: Running): Promise<string> {
  const { pathname, searchParams } = new URL(signInLink);
  const response = await fetch(`${origin}${pathname}`, {
    method: 'POST',
    headers: { origin },
    body: new URLSearchParams({ token: searchParams.get('token') ?? '' }),
  });
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
  if (response.status !== 200 || cookie === '') throw new Error(await response.text());
  return cookie;
}

export interface Acknowledged {
  readonly created: Set<string>;
  readonly deleted: Set<string>;
}

/** Writes notes, and deletes every third, until the service is gone. Only what it has answered counts. */
export async function writeNotes(
  { origin }: Running,
  cookie: string,
  acknowledged: Acknowledged,
): Promise<void> {
  const headers = { cookie, origin, 'content-type': 'application/json' };
  const body = JSON.stringify({ title: 'under fire', body: 'x'.repeat(500) });
  for (let count = 1; ; count += 1) {
    try {
      const made = await fetch(`${origin}/notes`, {
        method: 'POST',
        headers: { ...headers, 'idempotency-key': randomUUID() },
        body,
      });
      // Overload is an answer too; nothing was written then.
      if (made.status !== 201) continue;
      const { id } = (await made.json()) as { id: string };
      acknowledged.created.add(id);
      if (count % 3 !== 0) continue;
      const gone = await fetch(`${origin}/notes/${id}`, {
        method: 'DELETE',
        headers: { cookie, origin },
      });
      if (gone.status === 204) acknowledged.deleted.add(id);
    } catch {
      return;
    }
  }
}
