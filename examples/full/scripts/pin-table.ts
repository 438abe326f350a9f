import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Pin {
  readonly name: string;
  // The day of the last look, and the projects whose workflows pin the same commit under the same version.
  readonly observed: string;
  readonly confirmedBy: readonly string[];
}

/** A third-party Action, pinned to the commit of its version tag on that day. */
export interface ActionPin extends Pin {
  readonly version: string;
  readonly sha: string;
}

/** A base image, pinned by digest: a tag can be pushed again. */
export interface ImagePin extends Pin {
  readonly digest: string;
}

/** `security/pins/<module>.json` */
export interface Shard {
  readonly module: string;
  readonly actions: readonly ActionPin[];
  readonly images: readonly ImagePin[];
}

/** `uses: owner/name/path@sha # version` in a workflow, or `FROM image:tag@digest` in a Dockerfile. */
export interface Use {
  readonly path: string;
  readonly kind: 'action' | 'image';
  readonly name: string;
  readonly pin: string;
  readonly version: string;
}

const COMMIT = /^[0-9a-f]{40}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Uses that differ from the table, and contradictions within the table. (SUPPLY-1) */
export function findPinFaults(shards: readonly Shard[], uses: readonly Use[]): string[] {
  const actions = shards.flatMap((shard) => shard.actions);
  const images = shards.flatMap((shard) => shard.images);
  return [
    ...actions.filter(({ sha }) => !COMMIT.test(sha)).map(({ name }) => `${name} names no commit`),
    ...images
      .filter(({ digest }) => !DIGEST.test(digest))
      .map(({ name }) => `${name} names no digest`),
    ...findContradictions(actions.map(({ name, sha }) => [name, sha])),
    ...findContradictions(images.map(({ name, digest }) => [name, digest])),
    ...uses
      .filter((use) => !isPinned(use, actions, images))
      .map(({ path, name, pin, version }) => {
        const at = pin === '' ? '' : `@${pin}`;
        return `${path}: ${name}${at} ${version} is not in security/pins/`;
      }),
  ];
}

function isPinned(
  { kind, name, pin, version }: Use,
  actions: Shard['actions'],
  images: Shard['images'],
): boolean {
  if (kind === 'image') return images.some((one) => one.name === name && one.digest === pin);
  const repository = repositoryOf(name);
  return actions.some(
    (one) => one.name === repository && one.sha === pin && one.version === version,
  );
}

// Two shards may pin the same name, but only to the same value.
function findContradictions(pins: readonly (readonly [string, string])[]): string[] {
  const values = new Map<string, string>();
  const contradicted = pins.filter(([name, pin]) => {
    const first = values.get(name) ?? pin;
    values.set(name, first);
    return first !== pin;
  });
  return [...new Set(contradicted.map(([name]) => `${name} is pinned in two ways`))];
}

export function readShards(root: string): readonly (Shard & { readonly path: string })[] {
  return findFiles(root, ['security/pins/*.json']).map((path) => ({
    path,
    ...(JSON.parse(readFileSync(join(root, path), 'utf8')) as Shard),
  }));
}

const LIST = /^(?<key> *"confirmedBy": )\[\n(?<items>[^\]]*)\n *\]/gm;
const PRINT_WIDTH = 100;

/** Prints a shard as the formatter does: a list that fits on one line stays on one line. */
export function printShard(shard: Shard): string {
  const text = JSON.stringify(shard, null, 2).replace(LIST, (whole, key: string, items: string) => {
    const line = `${key}[${items.trim().split(/\n\s*/).join(' ')}]`;
    return line.length <= PRINT_WIDTH ? line : whole;
  });
  return `${text}\n`;
}

const USES =
  /^\s*(?:-\s+)?uses:\s*["']?(?<name>[^\s@"'#]+)(?:@(?<pin>[^\s"'#]+))?["']?(?:\s+#\s*(?<version>\S+))?/gm;
const IMAGE_IN_WORKFLOW = /^\s*(?:-\s+)?image:\s*["']?(?<name>[^\s@"'#]+)(?:@(?<pin>[^\s"'#]+))?/gm;
const FROM =
  /^\s*FROM\s+(?:--\S+\s+)*(?<name>[^\s@]+)(?:@(?<pin>\S+))?(?:\s+AS\s+(?<stage>\S+))?\s*$/gim;

export function usesIn(root: string): readonly Use[] {
  const usesOf = (read: typeof usesOfWorkflow, ...patterns: string[]): Use[] =>
    findFiles(root, patterns).flatMap((path) => read(path, readFileSync(join(root, path), 'utf8')));
  return [
    ...usesOf(usesOfWorkflow, '.github/{workflows/*,actions/**/*}.{yml,yaml}'),
    ...usesOf(usesOfDockerfile, '{,*/,*/*/}Dockerfile{,.*}', '{,*/,*/*/}*.Dockerfile'),
  ];
}

export function usesOfWorkflow(path: string, text: string): Use[] {
  // An action of this repository comes with the commit that is checked out.
  const actions = matches(path, 'action', text, USES).filter(({ name }) => !name.startsWith('./'));
  return [...actions, ...matches(path, 'image', text, IMAGE_IN_WORKFLOW)];
}

export function usesOfDockerfile(path: string, text: string): Use[] {
  // `FROM build AS run` names an earlier stage, not an image.
  const stages = new Set([...text.matchAll(FROM)].map(({ groups }) => groups?.['stage']));
  const found = matches(path, 'image', text, FROM);
  return found.filter(({ name }) => name !== 'scratch' && !stages.has(name));
}

/** `owner/name` of `owner/name/path`: one commit covers every Action of a repository. */
export function repositoryOf(action: string): string {
  return action.split('/').slice(0, 2).join('/');
}

function matches(path: string, kind: Use['kind'], text: string, pattern: RegExp): Use[] {
  return [...text.matchAll(pattern)].map(({ groups = {} }) => {
    const { name = '', pin = '', version = '' } = groups;
    return { path, kind, name, pin, version };
  });
}

const SKIPPED = /(?:^|[/\\])node_modules[/\\]|^\.data/;

function findFiles(root: string, patterns: readonly string[]): string[] {
  return globSync(patterns, { cwd: root, exclude: (path) => SKIPPED.test(path) })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted();
}
