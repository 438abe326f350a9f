import type { Project, Rule } from '../rule.ts';

const LOCKFILES = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
];

const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** What moves on every install that writes the lock again, however far: tags, anything, a branch. */
const MOVING = /^(?:\*|x|)$|^(?:latest|next|canary|beta|alpha|rc|nightly|dev)$/;
const ADDRESS = /^(?:git(?:\+\w+)?:|https?:|github:|gitlab:|bitbucket:|[\w-]+\/[\w.-]+(?:#|$))/;
const BY_COMMIT = /#[a-f\d]{40}$/;

export const dependencyUnlocked: Rule = {
  id: 'dependency-unlocked',
  control: 'SUPPLY-1',
  reason:
    'What is installed is decided anew on every machine, so a stolen maintainer account reaches yours with the next install.',
  wayOut:
    'Commit the lockfile, install with `npm ci`, and name versions rather than tags and branches.',
  files: /(?:^|\/)package\.json$/,
  text: ({ path, content }, project) => {
    const manifest = parse(content);
    if (!manifest) return [];
    const internal = namesIn(project);
    const pins = SECTIONS.flatMap((section) =>
      pinsIn(manifest[section])
        .filter(({ name }) => !internal.has(name))
        .map((pin) => ({ ...pin, section })),
    );
    if (pins.length > 0 && !isLocked(path, project)) return [0];
    return pins
      .filter(({ spec }) => isMoving(spec))
      .map(({ section, name }) => placeOf(content, section, name));
  },
};

function isMoving(spec: string): boolean {
  return MOVING.test(spec) || (ADDRESS.test(spec) && !BY_COMMIT.test(spec));
}

/** A lockfile beside it, or in a folder above, as workspaces have it. */
function isLocked(path: string, { files }: Project): boolean {
  const there = new Set(files.map((file) => file.path));
  const folders = path.split('/').slice(0, -1);
  return folders
    .map((_, at) => folders.slice(0, at + 1).join('/'))
    .concat('')
    .some((folder) =>
      LOCKFILES.some((name) => there.has(folder === '' ? name : `${folder}/${name}`)),
    );
}

/** What is installed from the checkout itself is no version. */
function pinsIn(section: unknown): { name: string; spec: string }[] {
  return Object.entries(isRecord(section) ? section : {}).flatMap(([name, spec]) =>
    typeof spec === 'string' && !/^(?:workspace|file|link|catalog|portal|patch):/.test(spec)
      ? [{ name, spec }]
      : [],
  );
}

function namesIn({ files }: Project): Set<unknown> {
  return new Set(
    files
      .filter(({ path }) => /(?:^|\/)package\.json$/.test(path))
      .map(({ content }) => parse(content)?.['name']),
  );
}

function placeOf(content: string, section: string, name: string): number {
  const start = Math.max(0, content.indexOf(`"${section}"`));
  return Math.max(start, content.indexOf(`${JSON.stringify(name)}:`, start));
}

function parse(content: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
