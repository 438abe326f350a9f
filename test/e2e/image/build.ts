import { execFileSync } from 'node:child_process';
import { cpSync, copyFileSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Instruction, ignores, instructionsOf, stagesOf } from './dockerfile.ts';

/** A root file system as the Dockerfile describes it, and how a container of it is started. */
export interface Image {
  readonly root: string;
  readonly workdir: string;
  /** The instructions of the last stage. */
  readonly stage: readonly Instruction[];
}

const NODE = fileURLToPath(new URL('../../../templates/node_modules/.bin/node', import.meta.url));

/**
 * Follows the Dockerfile of a service without Docker: each stage is a folder, each COPY and RUN is done there. Of the base
 * images only Node stands in for what is in them, at the place where the last one has it.
 */
export function buildImage(project: string, dockerfile: string, folder: string): Image {
  const context = {
    project,
    isIgnored: ignores(readFileSync(join(project, '.dockerignore'), 'utf8')),
  };
  const roots = new Map<string, string>();
  const stages = stagesOf(instructionsOf(join(project, dockerfile)));
  const images = stages.map((stage, index) => {
    const root = join(folder, `stage-${index}`);
    const [, name = ''] = / AS (\w+)$/.exec(stage[0]?.rest ?? '') ?? [];
    roots.set(name, root);
    return { root, stage, workdir: followed(stage, root, context, roots) };
  });
  const last = images.at(-1);
  if (!last) throw new Error(`${dockerfile} has no stage.`);
  mkdirSync(join(last.root, 'nodejs/bin'), { recursive: true });
  copyFileSync(realpathSync(NODE), join(last.root, 'nodejs/bin/node'));
  return last;
}

interface Context {
  readonly project: string;
  readonly isIgnored: (path: string) => boolean;
}

/** Returns the working directory that the stage ends with. */
function followed(
  stage: readonly Instruction[],
  root: string,
  context: Context,
  roots: ReadonlyMap<string, string>,
): string {
  let workdir = '/';
  for (const { name, rest } of stage) {
    if (name === 'WORKDIR') mkdirSync(join(root, (workdir = rest)), { recursive: true });
    if (name === 'COPY') copied(rest, join(root, workdir), context, roots);
    if (name === 'RUN')
      execFileSync('sh', ['-c', rest], { cwd: join(root, workdir), stdio: 'pipe' });
  }
  return workdir;
}

function copied(
  rest: string,
  into: string,
  { project, isIgnored }: Context,
  roots: ReadonlyMap<string, string>,
): void {
  const words = rest.split(/\s+/);
  const [, from] = /^--from=(\w+)$/.exec(words[0] ?? '') ?? [];
  const sources = words.slice(from === undefined ? 0 : 1, -1);
  const target = words.at(-1) ?? '';
  const base = from === undefined ? project : (roots.get(from) ?? '');
  for (const source of sources) {
    const at = resolve(into, target);
    const isFolder = target.endsWith('/');
    mkdirSync(isFolder ? at : dirname(at), { recursive: true });
    cpSync(join(base, source), isFolder ? join(at, basename(source)) : at, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => from !== undefined || !isIgnored(relative(project, path)),
    });
  }
}
