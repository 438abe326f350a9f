import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { assertFolderName, assertProjectName } from '../answers/names.ts';
import { resolveAnswers } from '../answers/resolve.ts';
import { type Catalogue, generatorNamed } from '../catalogue.ts';
import { type NewFile, createFolder, inspectTarget } from '../commit/create-folder.ts';
import { applyWithJournal, recover, recoverCrashed } from '../commit/journal.ts';
import { withProjectLock } from '../commit/lock.ts';
import { withSignalsHeld } from '../commit/signals.ts';
import { LOCKFILE, type Plan } from '../plan/plan.ts';
import { type ModuleInstance, type Project, instantiate } from '../plan/project.ts';
import { unasked, withModuleAndNeeds } from '../plan/requirements.ts';
import { readerOf } from '../project/disk.ts';
import { lockFor } from '../project/lockfile.ts';
import { MANIFEST, type RecordedFile, printManifest } from '../project/manifest.ts';
import { sha256 } from '../templates.ts';
import { packageSpecOr } from './package-spec.ts';
import { type Prepared, guardAnswers, prepare } from './prepare.ts';

export interface CreateRequest {
  /** Where the project goes; its last part is the default name. */
  readonly directory: string;
  /** Answers by the keys of `schema app`, and `name`. Absent ones take their defaults. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** What prose in the project tells people to run; the default names this version exactly. */
  readonly packageSpec?: string;
  /** Stops before the commit. */
  readonly dryRun?: boolean;
}

export interface Created {
  /** Absolute. */
  readonly directory: string;
  readonly plan: Plan;
  /** Every path of the project, sorted; written unless it was a dry run. */
  readonly files: readonly string[];
}

/** Creates a project: all of it or nothing. */
export async function createProject(
  request: CreateRequest,
  catalogue: Catalogue,
): Promise<Created> {
  const { answers = {}, packageSpec = '' } = request;
  await guardAnswers(answers);
  await guardAnswers({ directory: request.directory, packageSpec });
  const directory = resolve(request.directory);
  const project = projectFor(directory, answers, catalogue, request.packageSpec);
  if (!existsSync(directory)) assertFolderName(basename(directory));
  await recoverCrashed(directory);
  const place = inspectTarget(directory);
  const prepared = await prepare(project, catalogue);
  const files = withLockAndManifest(prepared, catalogue);
  if (!request.dryRun) await write(directory, place, files);
  return { directory, plan: prepared.plan, files: files.map(({ path }) => path).sort() };
}

function projectFor(
  directory: string,
  given: Readonly<Record<string, unknown>>,
  catalogue: Catalogue,
  packageSpec: string | undefined,
): Project {
  const name = given['name'] === undefined ? basename(directory) : given['name'];
  assertProjectName(name);
  const app = generatorNamed(catalogue, 'app');
  const answers = resolveAnswers(app, given);
  const brought = (app.brings?.(answers) ?? []).map((id) => unasked(id, catalogue));
  const modules = brought.reduce<readonly ModuleInstance[]>(
    (sofar, module) => withModuleAndNeeds(sofar, module, catalogue),
    [instantiate(app, '', answers)],
  );
  return {
    name,
    packageSpec: packageSpecOr(packageSpec),
    modules,
  };
}

/** The rendered files, and the two that follow from them. */
function withLockAndManifest({ plan, rendered }: Prepared, catalogue: Catalogue): NewFile[] {
  const packages = rendered.files
    .filter((file) => file.owner === 'keyed')
    .map((file) => [file.path, file.content] as const);
  const lock = lockFor(new Map(packages), catalogue.templates);
  const files: Record<string, RecordedFile> = {};
  for (const { path, owner, module, sha256: hash } of rendered.files)
    files[path] = owner === 'keyed' ? { owner, module } : { owner, module, sha256: hash };
  files[LOCKFILE] = { owner: 'managed', module: 'app', sha256: sha256(lock) };
  const manifest = printManifest({ project: plan.project, files, keys: rendered.keys });
  return [
    ...rendered.files,
    { path: LOCKFILE, content: lock },
    { path: MANIFEST, content: manifest },
  ];
}

async function write(
  directory: string,
  place: 'nothing' | 'folder',
  files: readonly NewFile[],
): Promise<void> {
  if (place === 'nothing') {
    withSignalsHeld(() => createFolder(directory, files));
    return;
  }
  await withProjectLock(directory, async () => {
    // Again, now that nobody else writes: another run may have come and gone since the first look.
    recover(directory);
    inspectTarget(directory);
    const read = readerOf(directory);
    const writes = files.map(({ path, content }) => ({
      path,
      content,
      kind: 'create' as const,
      owner: 'own' as const,
      module: 'app',
    }));
    withSignalsHeld(() => applyWithJournal(directory, writes, read));
  });
}
