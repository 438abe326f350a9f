import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ActionPin, ImagePin, Shard, Use } from './pin-table.ts';
import { findPinFaults, printShard, readShards, repositoryOf, usesIn } from './pin-table.ts';

const MODES = ['--check', '--refresh', '--adopt'] as const;
const USAGE = [
  'npm run pins                 compares each use with security/pins/, without a network',
  'npm run pins -- --refresh    moves the table, and every use of it, to the newest releases',
  'npm run pins -- --adopt      enters the pins that a bot has moved, if the tag is that commit or digest',
].join('\n');

/** Where the current commit of a tag, or digest of an image, is looked up. */
export interface ReleaseSource {
  // The commit of each tag.
  tagsOf(repository: string): ReadonlyMap<string, string>;
  digestOf(image: string): string;
}

interface Pinned {
  readonly pin: string;
  readonly version: string;
}

/** The pin of a name before and after. */
export interface Move {
  readonly name: string;
  readonly from: Pinned;
  readonly to: Pinned;
}

export interface PinChange<S extends Shard = Shard> {
  readonly shards: readonly S[];
  readonly moves: readonly Move[];
  // A tag that names another commit than before was pushed again: by its owner, or by an attacker. (SUPPLY-1)
  readonly faults: readonly string[];
}

const RELEASE = /^v?\d+\.\d+\.\d+$/;

/** Moves every Action to its newest release, and every image to the digest that its tag has now. (SUPPLY-1) */
export function refreshPins<S extends Shard>(
  shards: readonly S[],
  source: ReleaseSource,
  today: string,
): PinChange<S> {
  const moves: Move[] = [];
  const faults: string[] = [];
  return { shards: mapPins(shards, refreshAction, refreshImage), moves, faults };

  function refreshAction(pin: ActionPin): ActionPin {
    const { name, version, sha } = pin;
    const tags = source.tagsOf(name);
    if (tags.get(version) !== sha) faults.push(`${version} of ${name} is another commit by now`);
    const newest = newestOf(tags) ?? version;
    if (newest === version) return pin;
    const at = tags.get(newest) ?? sha;
    moves.push({ name, from: { pin: sha, version }, to: { pin: at, version: newest } });
    return { name, version: newest, sha: at, observed: today, confirmedBy: [] };
  }

  function refreshImage(pin: ImagePin): ImagePin {
    const { name, digest } = pin;
    const now = source.digestOf(name);
    if (now === digest) return pin;
    moves.push({ name, from: { pin: digest, version: '' }, to: { pin: now, version: '' } });
    return { name, digest: now, observed: today, confirmedBy: [] };
  }
}

/** Enters the pins that a bot has changed in workflows and Dockerfiles, if the tag is that commit or digest. (SUPPLY-1) */
export function adoptPins<S extends Shard>(
  shards: readonly S[],
  uses: readonly Use[],
  source: ReleaseSource,
  today: string,
): PinChange<S> {
  const actions = new Map(
    uses.filter(({ kind }) => kind === 'action').map((use) => [repositoryOf(use.name), use]),
  );
  const images = uses.filter(({ kind }) => kind === 'image');
  const faults: string[] = [];
  return { shards: mapPins(shards, adoptAction, adoptImage), moves: [], faults };

  function adoptAction(pin: ActionPin): ActionPin {
    const { name } = pin;
    const { pin: sha = '', version = '' } = actions.get(name) ?? {};
    if (sha === '' || (sha === pin.sha && version === pin.version)) return pin;
    if (source.tagsOf(name).get(version) === sha)
      return { name, version, sha, observed: today, confirmedBy: [] };
    faults.push(`${version} of ${name} is not ${sha}`);
    return pin;
  }

  function adoptImage(pin: ImagePin): ImagePin {
    const { name, pin: digest } = successorOf(pin, images) ?? { name: pin.name, pin: pin.digest };
    if (name === pin.name && digest === pin.digest) return pin;
    if (source.digestOf(name) === digest) return { name, digest, observed: today, confirmedBy: [] };
    faults.push(`${name} is not ${digest === '' ? 'named by a digest' : digest}`);
    return pin;
  }
}

/** The text of a file with its pins moved. */
export function movePins(text: string, moves: readonly Move[]): string {
  return moves.reduce((all, { from, to }) => all.replaceAll(writtenAs(from), writtenAs(to)), text);
}

function writtenAs({ pin, version }: Pinned): string {
  return version === '' ? `@${pin}` : `@${pin} # ${version}`;
}

function mapPins<S extends Shard>(
  shards: readonly S[],
  action: (pin: ActionPin) => ActionPin,
  image: (pin: ImagePin) => ImagePin,
): readonly S[] {
  return shards.map((shard) => ({
    ...shard,
    actions: shard.actions.map((pin) => action(pin)),
    images: shard.images.map((pin) => image(pin)),
  }));
}

// The use of the same tag, or of another tag of the repository if that one is no longer used.
function successorOf({ name }: ImagePin, images: readonly Use[]): Use | undefined {
  const [repository, ...uses] = [name, ...images.map((use) => use.name)].map((image) =>
    image.replace(/:[^/:]*$/, ''),
  );
  return images.find((use) => use.name === name) ?? images[uses.indexOf(`${repository}`)];
}

function newestOf(tags: ReadonlyMap<string, string>): string | undefined {
  return [...tags.keys()]
    .filter((tag) => RELEASE.test(tag))
    .toSorted((a, b) =>
      a.replace('v', '').localeCompare(b.replace('v', ''), 'en', { numeric: true }),
    )
    .at(-1);
}

const REPOSITORY = /^[\w.-]+\/[\w.-]+$/;
const IMAGE = /^[\w./-]+:[\w.-]+$/;

/** Uses git and docker, which know the proxies, mirrors and credentials of this machine. */
export const publicReleases: ReleaseSource = {
  tagsOf: (repository) => {
    if (!REPOSITORY.test(repository)) throw new Error(`${repository} is not a repository.`);
    const lines = outputOf('git', ['ls-remote', '--tags', `https://github.com/${repository}`]);
    const tags = new Map<string, string>();
    // The line after an annotated tag, `<tag>^{}`, has the commit.
    for (const line of lines.split('\n')) {
      const { sha, tag } =
        /^(?<sha>[0-9a-f]{40})\trefs\/tags\/(?<tag>[^^]+)/.exec(line)?.groups ?? {};
      if (sha !== undefined && tag !== undefined) tags.set(tag, sha);
    }
    return tags;
  },
  digestOf: (image) => {
    if (!IMAGE.test(image)) throw new Error(`${image} is not an image with a tag.`);
    const args = ['buildx', 'imagetools', 'inspect', image, '--format', '{{.Manifest.Digest}}'];
    return outputOf('docker', args).trim();
  },
};

function outputOf(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${error?.message ?? stderr}`);
  return stdout;
}

/** The problems, or nothing. */
function main([mode = '--check', ...rest]: readonly string[]): string {
  if (rest.length > 0 || !MODES.some((known) => known === mode)) return USAGE;
  const root = fileURLToPath(new URL('../', import.meta.url));
  const shards = readShards(root);
  const uses = usesIn(root);
  if (mode === '--check') return findPinFaults(shards, uses).join('\n');
  const today = new Date().toISOString().slice(0, 10);
  const change =
    mode === '--refresh'
      ? refreshPins(shards, publicReleases, today)
      : adoptPins(shards, uses, publicReleases, today);
  if (change.faults.length > 0) return [...change.faults, 'Nothing was changed.'].join('\n');
  for (const { path, ...shard } of change.shards)
    writeFileSync(join(root, path), printShard(shard));
  for (const path of new Set(uses.map((use) => use.path))) {
    const file = join(root, path);
    writeFileSync(file, movePins(readFileSync(file, 'utf8'), change.moves));
  }
  for (const { name, from, to } of change.moves)
    process.stdout.write(`${name}  ${from.version} ${from.pin} -> ${to.version} ${to.pin}\n`);
  return findPinFaults(readShards(root), usesIn(root)).join('\n');
}

if (import.meta.main) {
  let problem: string;
  try {
    problem = main(process.argv.slice(2));
  } catch (error) {
    problem = (error as Error).message;
  }
  if (problem !== '') process.stderr.write(`${problem}\n`);
  process.exitCode = problem === '' ? 0 : 1;
}
