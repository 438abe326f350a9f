import { spawn, spawnSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes to look at, and what they are called. */
export interface Content {
  readonly path: string;
  readonly bytes: Buffer;
}

const MOST_OUTPUT = 1024 ** 3;
const SYMBOLIC_LINK = '120000';

/** What git keeps or would keep, as it lies on disk; everything, where there is no repository yet. */
export function* workingTree(root: string): Generator<Content> {
  for (const path of pathsIn(root)) {
    const file = join(root, path);
    if (statSync(file, { throwIfNoEntry: false })?.isFile()) {
      yield { path, bytes: readFileSync(file) };
    }
  }
}

/** What the next commit adds: the bytes in the index, whatever lies on disk by now; and those that they replace. */
export async function* staged(root: string): AsyncGenerator<Content & { readonly before: Buffer }> {
  const raw = git(
    root,
    'diff',
    '--cached',
    '--raw',
    '-z',
    '--no-abbrev',
    '--no-renames',
    base(root),
  );
  const changes: { path: string; ids: [string, string] }[] = [];
  const parts = raw.split('\0');
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, mode = '', before = '', after = '', status] = (parts[at] ?? '').split(' ');
    if (status === 'D' || mode === SYMBOLIC_LINK) continue;
    changes.push({ path: parts[at + 1] ?? '', ids: [before, after] });
  }
  const objects = read(
    root,
    changes.flatMap(({ ids }) => ids),
  );
  for (const { path } of changes) {
    const [before, after] = [await objects.next(), await objects.next()];
    yield { path, bytes: after.value ?? Buffer.alloc(0), before: before.value ?? Buffer.alloc(0) };
  }
}

/** Each version of each file that any branch or tag leads to. What was deleted since is as leaked as the rest. */
export async function* history(root: string): AsyncGenerator<Content> {
  const listed = git(root, 'rev-list', '--objects', '--all').split('\n');
  const named = listed.map((line) => [
    line.slice(0, line.indexOf(' ')),
    line.slice(line.indexOf(' ') + 1),
  ]);
  const paths = named.filter(([id = '', path = '']) => id !== '' && path !== '');
  const objects = read(
    root,
    paths.map(([id = '']) => id),
  );
  for (const [, path = ''] of paths) {
    const { value } = await objects.next();
    if (value) yield { path, bytes: value };
  }
}

function pathsIn(root: string): Iterable<string> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { status, stdout } = spawnSync('git', args, { cwd: root, maxBuffer: MOST_OUTPUT });
  if (status === 0) return new Set(stdout.toString().split('\0').filter(Boolean));
  return globSync('**/*', { cwd: root, exclude: ['**/node_modules/**', '.data/**', 'sbom/**'] });
}

// Before the first commit everything is new: compared with the tree that holds nothing.
function base(root: string): string {
  const head = spawnSync('git', ['rev-parse', '--quiet', '--verify', 'HEAD'], { cwd: root });
  if (head.status === 0) return 'HEAD';
  return git(root, 'hash-object', '-t', 'tree', '--stdin').trim();
}

// The blobs with these ids, in their order; nothing for what is no blob. One process reads them all.
async function* read(
  root: string,
  ids: readonly string[],
): AsyncGenerator<Buffer | undefined, undefined> {
  const child = spawn('git', ['cat-file', '--batch'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(ids.map((id) => `${id}\n`).join(''));
  let kept = Buffer.alloc(0);
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const more = async (): Promise<void> => {
    const { done, value } = await chunks.next();
    if (done) throw new Error('git cat-file ended before its answer did.');
    kept = Buffer.concat([kept, value]);
  };
  for (let left = ids.length; left > 0; left -= 1) {
    while (!kept.includes('\n')) await more();
    const [, type = '', size = ''] = kept.subarray(0, kept.indexOf('\n')).toString().split(' ');
    kept = kept.subarray(kept.indexOf('\n') + 1);
    // `<id> missing`: the side of a change that there is none of.
    if (size === '') yield undefined;
    else {
      const length = Number(size);
      const parts = [kept];
      for (let have = kept.length; have <= length; have += kept.length) {
        kept = Buffer.alloc(0);
        await more();
        parts.push(kept);
      }
      const whole = Buffer.concat(parts);
      kept = whole.subarray(length + 1);
      yield type === 'blob' ? whole.subarray(0, length) : undefined;
    }
  }
  return undefined;
}

function git(root: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
    input: '',
  });
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr}`);
  return stdout;
}
