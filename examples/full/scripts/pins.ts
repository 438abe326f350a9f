import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import semver from 'semver';
import { outputOf } from './command.ts';

const USAGE = `npm run pins                 compares each use with security/pins/, without a network
npm run pins -- --refresh    moves the table, and every use of it, to the newest releases
npm run pins -- --adopt      enters the pins that a bot has moved, if the tag is that commit or digest`;

/** An Action by the commit of its version, or a base image by the digest of its tag: a tag can be pushed again. */
export interface Pin {
  readonly kind: 'action' | 'image';
  readonly name: string;
  readonly version: string;
  readonly pin: string;
}

/** `uses: owner/name/path@sha # version` in a workflow, or `FROM image:tag@digest` in a Dockerfile. */
export type Use = Pin & { readonly file: string };

/** A pin with the day of the last look, and the projects whose workflows have the same one. */
export type Row = Pin & { readonly observed: string; readonly confirmedBy: readonly string[] };

/** `security/pins/<module>.json` */
export interface Shard {
  readonly file: string;
  readonly module: string;
  readonly pins: readonly Row[];
}

const EXACT = { action: /^[0-9a-f]{40}$/, image: /^sha256:[0-9a-f]{64}$/ };

/** Uses that differ from the table, and contradictions within the table. (SUPPLY-1) */
export function findPinFaults(shards: readonly Shard[], uses: readonly Use[]): string[] {
  const pins = shards.flatMap((shard) => shard.pins);
  const loose = pins.filter(({ kind, pin }) => !EXACT[kind].test(pin));
  const double = pins.filter(({ name, version, pin }) =>
    pins.some((one) => one.name === name && one.version === version && one.pin !== pin),
  );
  const unknown = uses.filter((use) => !pins.some((pin) => isSame(pin, use)));
  return [
    ...loose.map(({ name }) => `${name} names no commit or digest`),
    ...new Set(double.map(({ name }) => `${name} is pinned in two ways`)),
    ...unknown.map((use) => `${use.file}: ${use.name}${suffixOf(use)} is not in security/pins/`),
  ];
}

function isSame(a: Pin, b: Pin): boolean {
  return a.name === b.name && a.version === b.version && a.pin === b.pin;
}

/** What follows the name in a workflow or a Dockerfile. */
function suffixOf({ kind, version, pin }: Pin): string {
  return kind === 'action' ? `@${pin} # ${version}` : `:${version}@${pin}`;
}

/** The commit of each version of an Action, or the digest that this version of an image has now. */
export type Releases = (pin: Pin) => ReadonlyMap<string, string>;

/** The newest release of an Action, and the digest that the tag of an image has now. (SUPPLY-1) */
export function newestPin(row: Pin, releases: Releases): Pin | string {
  const known = releases(row);
  // A tag that names another commit than before was pushed again: by its owner, or by an attacker. (SUPPLY-1)
  if (row.kind === 'action' && known.get(row.version) !== row.pin)
    return `${row.version} of ${row.name} is another commit by now`;
  const newest = row.kind === 'action' && semver.maxSatisfying([...known.keys()], '*');
  const version = newest || row.version;
  return { ...row, version, pin: known.get(version) ?? row.pin };
}

/** What a bot has put in place of a pin, if the tag is that commit or digest. (SUPPLY-1) */
export function usedPin(row: Pin, uses: readonly Use[], releases: Releases): Pin | string {
  const moved = uses.filter(({ name }) => name === row.name);
  const use = moved.find(({ version }) => version === row.version) ?? moved[0] ?? row;
  const { kind, name, version, pin } = use;
  if (isSame(use, row) || releases(use).get(version) === pin) return { kind, name, version, pin };
  return `${version} of ${name} is not ${pin || 'pinned'}`;
}

/** Replaces each pin for which another one is proposed. A text says why a pin must stay. */
export function changePins(shards: readonly Shard[], propose: (row: Row) => Pin | string) {
  const moves: { readonly from: Pin; readonly to: Pin }[] = [];
  const faults: string[] = [];
  const observed = new Date().toISOString().slice(0, 10);
  const change = (from: Row): Row => {
    const to = propose(from);
    if (typeof to === 'string') faults.push(to);
    if (typeof to === 'string' || isSame(from, to)) return from;
    moves.push({ from, to });
    return { ...to, observed, confirmedBy: [] };
  };
  const changed = shards.map((shard) => ({ ...shard, pins: shard.pins.map(change) }));
  return { shards: changed, moves, faults };
}

/** The text of a file with its pins moved. */
export function movePins(text: string, moves: ReturnType<typeof changePins>['moves']): string {
  // Without the name: an Action may have a path between its name and its pin.
  return moves.reduce((all, { from, to }) => all.replaceAll(suffixOf(from), suffixOf(to)), text);
}

const USES =
  /^\s*(?:-\s+)?uses:\s*["']?(?<name>[^\s@"'#]+)(?:@(?<pin>[^\s"'#]+))?["']?(?:\s+#\s*(?<version>\S+))?/gm;
const IMAGE_IN_WORKFLOW = /^\s*(?:-\s+)?image:\s*["']?(?<name>[^\s@"'#]+)(?:@(?<pin>[^\s"'#]+))?/gm;
const FROM =
  /^\s*FROM\s+(?:--\S+\s+)*(?<name>[^\s@]+)(?:@(?<pin>\S+))?(?:\s+AS\s+(?<stage>\S+))?\s*$/gim;

export function usesOfWorkflow(file: string, text: string): Use[] {
  const actions = matches('action', USES, file, text);
  // An action of this repository comes with the commit that is checked out.
  const others = actions.filter(({ name }) => !name.startsWith('./'));
  return [...others, ...matches('image', IMAGE_IN_WORKFLOW, file, text)];
}

export function usesOfDockerfile(file: string, text: string): Use[] {
  // `FROM build AS run` names an earlier stage, not an image.
  const stages = Array.from(text.matchAll(FROM), ({ groups }) => groups?.['stage']);
  const images = matches('image', FROM, file, text);
  return images.filter(({ name }) => name !== 'scratch' && !stages.includes(name));
}

function matches(kind: Pin['kind'], pattern: RegExp, file: string, text: string): Use[] {
  return Array.from(text.matchAll(pattern), ({ groups = {} }) => {
    const { name = '', pin = '', version = '' } = groups;
    // One commit covers every Action of a repository.
    if (kind === 'action') return { file, kind, name: name.split('/', 2).join('/'), version, pin };
    const [, image = name, tag = ''] = /^(.+):([^/:]+)$/.exec(name) ?? [];
    return { file, kind, name: image, version: tag, pin };
  });
}

export function usesIn(root: string): readonly Use[] {
  const workflows = readAll(root, '.github/{workflows/*,actions/**/*}.{yml,yaml}');
  const dockerfiles = readAll(root, '{,*/,*/*/}{Dockerfile{,.*},*.Dockerfile}');
  return [
    ...workflows.flatMap(([file, text]) => usesOfWorkflow(file, text)),
    ...dockerfiles.flatMap(([file, text]) => usesOfDockerfile(file, text)),
  ];
}

export function readShards(root: string): readonly Shard[] {
  return readAll(root, 'security/pins/*.json').map(([file, text]) => {
    return { file, ...(JSON.parse(text) as Omit<Shard, 'file'>) };
  });
}

export async function printShard({ file: _file, ...shard }: Shard): Promise<string> {
  const { format } = await import('prettier');
  return format(JSON.stringify(shard, null, 2), { parser: 'json', printWidth: 100 });
}

function readAll(root: string, pattern: string): (readonly [file: string, text: string])[] {
  return globSync(pattern, { cwd: root, exclude: ['**/node_modules/**', '.data/**'] })
    .toSorted()
    .map((path) => [join(root, path), readFileSync(join(root, path), 'utf8')]);
}

/** Uses git and docker, which know the proxies, mirrors and credentials of this machine. */
function publicReleases({ kind, name, version }: Pin): ReadonlyMap<string, string> {
  if (!/^\w[\w.-]*(?:\/[\w.-]+)*$/.test(name)) throw new Error(`${name} is not a plain name.`);
  if (kind === 'image') {
    const image = ['imagetools', 'inspect', `${name}:${version}`];
    const digest = outputOf('docker', ['buildx', ...image, '--format', '{{.Manifest.Digest}}']);
    return new Map([[version, digest.trim()]]);
  }
  const lines = outputOf('git', ['ls-remote', '--tags', `https://github.com/${name}`]);
  // The line after an annotated tag, `<tag>^{}`, has the commit.
  const tags = lines.matchAll(/^([0-9a-f]{40})\trefs\/tags\/([^^\n]+)/gm);
  return new Map(Array.from(tags, ([, sha = '', tag = '']) => [tag, sha]));
}

/** Runs the command on folders that share one table, and returns the problems. */
export async function runPins(
  roots: readonly string[],
  [mode = '--check', ...rest]: readonly string[],
): Promise<readonly string[]> {
  if (rest.length > 0 || !['--check', '--refresh', '--adopt'].includes(mode)) return [USAGE];
  const [shards, uses] = [roots.flatMap(readShards), roots.flatMap(usesIn)];
  if (mode === '--check') return findPinFaults(shards, uses);
  const change = changePins(shards, (row) =>
    mode === '--refresh' ? newestPin(row, publicReleases) : usedPin(row, uses, publicReleases),
  );
  if (change.faults.length > 0) return [...change.faults, 'Nothing was changed.'];
  for (const shard of change.shards) writeFileSync(shard.file, await printShard(shard));
  for (const file of new Set(uses.map((use) => use.file)))
    writeFileSync(file, movePins(readFileSync(file, 'utf8'), change.moves));
  for (const { from, to } of change.moves)
    process.stdout.write(`${to.name}  ${suffixOf(from)} -> ${suffixOf(to)}\n`);
  return runPins(roots, []);
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const run = runPins([root], process.argv.slice(2));
  const problems = await run.catch((error: Error) => [error.message]);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
