import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An Action of somebody else, by the commit that its version was when we looked. */
export interface ActionPin {
  readonly name: string;
  readonly version: string;
  readonly sha: string;
  // When somebody looked, and whose workflows pin the same commit under the same version.
  readonly observed: string;
  readonly confirmedBy: readonly string[];
}

/** A base image: a tag can be pushed again, its digest cannot. */
export interface ImagePin {
  readonly name: string;
  readonly digest: string;
  readonly observed: string;
  readonly confirmedBy: readonly string[];
}

/** `security/pins/<module>.json` */
export interface Shard {
  readonly module: string;
  readonly actions: readonly ActionPin[];
  readonly images: readonly ImagePin[];
}

/** `uses: owner/name/path@sha # version` or `FROM image:tag@digest`, where it stands. */
export interface Use {
  readonly path: string;
  readonly kind: 'action' | 'image';
  readonly name: string;
  readonly pin: string;
  readonly version: string;
}

const SKIPPED = (path: string): boolean => /(?:^|[/\\])node_modules[/\\]|^\.data/.test(path);
const USES =
  /^\s*(?:-\s+)?uses:\s*["']?(?<name>[^\s@"'#]+)(?:@(?<pin>[^\s"'#]+))?["']?(?:\s+#\s*(?<version>\S+))?/gm;
// Digits of a stage are no image: `FROM build AS run`.
const FROM =
  /^\s*FROM\s+(?:--\S+\s+)*(?<name>[^\s@]+)(?:@(?<pin>\S+))?(?:\s+AS\s+(?<stage>\S+))?\s*$/gim;
const IMAGE_IN_WORKFLOW = /^\s*(?:-\s+)?image:\s*["']?(?<name>[^\s@"'#]+)(?:@(?<pin>[^\s"'#]+))?/gm;

export function readShards(root: string): readonly (Shard & { readonly path: string })[] {
  return files(root, ['security/pins/*.json']).map((path) => ({
    path,
    ...(JSON.parse(readFileSync(join(root, path), 'utf8')) as Shard),
  }));
}

const LIST = /^(?<key> *"confirmedBy": )\[\n(?<items>[^\]]*)\n *\]/gm;
const WIDEST_LINE = 100;

/** A shard as the formatter leaves it: a list that fits a line stands on one. */
export function printShard(shard: Shard): string {
  const text = JSON.stringify(shard, null, 2).replace(LIST, (whole, key: string, items: string) => {
    const line = `${key}[${items.trim().split(/\n\s*/).join(' ')}]`;
    return line.length <= WIDEST_LINE ? line : whole;
  });
  return `${text}\n`;
}

export function usesIn(root: string): readonly Use[] {
  const workflows = files(root, [
    '.github/workflows/*.{yml,yaml}',
    '.github/actions/**/*.{yml,yaml}',
  ]);
  const dockerfiles = files(root, ['{,*/,*/*/}Dockerfile{,.*}', '{,*/,*/*/}*.Dockerfile']);
  return [
    ...workflows.flatMap((path) => usesOfWorkflow(path, readFileSync(join(root, path), 'utf8'))),
    ...dockerfiles.flatMap((path) =>
      usesOfDockerfile(path, readFileSync(join(root, path), 'utf8')),
    ),
  ];
}

export function usesOfWorkflow(path: string, text: string): Use[] {
  // A step of this repository is of the commit that is checked out.
  const actions = matches(path, 'action', text, USES).filter(({ name }) => !name.startsWith('./'));
  return [...actions, ...matches(path, 'image', text, IMAGE_IN_WORKFLOW)];
}

export function usesOfDockerfile(path: string, text: string): Use[] {
  const stages = new Set([...text.matchAll(FROM)].map(({ groups }) => groups?.['stage']));
  const found = matches(path, 'image', text, FROM);
  return found.filter(({ name }) => name !== 'scratch' && !stages.has(name));
}

/** The repository that an Action is in: one commit has all that lies in it. */
export function repositoryOf(action: string): string {
  return action.split('/').slice(0, 2).join('/');
}

function matches(path: string, kind: Use['kind'], text: string, pattern: RegExp): Use[] {
  return [...text.matchAll(pattern)].map(({ groups = {} }) => {
    const { name = '', pin = '', version = '' } = groups;
    return { path, kind, name, pin, version };
  });
}

function files(root: string, patterns: readonly string[]): string[] {
  return globSync([...patterns], { cwd: root, exclude: SKIPPED })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted();
}
