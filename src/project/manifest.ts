import type { Answers } from '../answers/answer.ts';
import type { Owner } from '../define-generator.ts';
import { EXIT, UserError } from '../errors.ts';
import type { ModuleInstance, Project } from '../plan/project.ts';
import { VERSION } from '../version.ts';
import { type JsonValue, isObject } from './keyed-json.ts';

/** The manifest's name, at the root of every emitted project. */
export const MANIFEST = 'secure-app.json';
/** The form of the manifest, raised when an older version could not read it. */
const FORMAT = 1;

export interface RecordedFile {
  readonly owner: Owner;
  readonly module: string;
  /** Of the bytes as last written by the generator. Absent for keyed files, whose keys are recorded instead. */
  readonly sha256?: string;
}

/** What was generated, from which answers, and who owns each file: all that a later run needs to change nothing else. */
export interface Manifest {
  readonly project: Project;
  readonly files: Readonly<Record<string, RecordedFile>>;
  /** Keys of package.json files that are ours, with the value we wrote. */
  readonly keys: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;
}

/** One line per module, file and key, sorted: a change of the project is then a short diff, and merges line by line. */
export function printManifest({ project, files, keys }: Manifest): string {
  const modules = project.modules.map(({ generator, name, answers }) =>
    line({ generator, ...(name === '' ? {} : { name }), answers }),
  );
  const keyed = inOrder(keys).map(([file, values]) => {
    const lines = inOrder(values).map(([key, value]) => `${line(key)}: ${line(value)}`);
    return `${line(file)}: ${block('{}', '    ', lines)}`;
  });
  const members = [
    `"format": ${FORMAT}`,
    `"generator": ${line(project.packageSpec)}`,
    `"version": ${line(VERSION)}`,
    `"name": ${line(project.name)}`,
    `"modules": ${block('[]', '  ', modules)}`,
    `"files": ${block('{}', '  ', inOrder(files).map(fileLine))}`,
    `"keys": ${block('{}', '  ', keyed)}`,
  ];
  return `${block('{}', '', members)}\n`;
}

/** Written out, since a project has hundreds of them. */
function fileLine([path, { owner, module, sha256 }]: readonly [string, RecordedFile]): string {
  const hash = sha256 === undefined ? '' : `, "sha256": ${JSON.stringify(sha256)}`;
  return `${JSON.stringify(path)}: { "owner": "${owner}", "module": ${JSON.stringify(module)}${hash} }`;
}

function block(brackets: '{}' | '[]', indent: string, lines: readonly string[]): string {
  if (lines.length === 0) return brackets;
  const between = `\n${indent}  `;
  return `${brackets[0]}${between}${lines.join(`,${between}`)}\n${indent}${brackets[1]}`;
}

/** JSON escapes a line break within a string, so each one here is between two values. */
function line(value: unknown): string {
  return JSON.stringify(value, null, 1).replaceAll(/\n */g, ' ');
}

/**
 * Reads a manifest.
 *
 * @throws UserError `E_MANIFEST` when it was damaged or comes from a newer version.
 */
export function parseManifest(
  text: string,
  moduleIdOf: (generator: string, name: string) => string,
): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unreadable('is not JSON');
  }
  if (!isObject(json)) throw unreadable('is not an object');
  if (json['format'] !== FORMAT) throw unreadable('has a format that this version does not know');
  const { generator, version, name, modules, files, keys } = json;
  if (version !== VERSION) throw otherVersion(generator, version);
  if (typeof generator !== 'string' || typeof name !== 'string')
    throw unreadable('names no project');
  if (!Array.isArray(modules) || !isObject(files) || !isObject(keys))
    throw unreadable('is incomplete');
  return {
    project: {
      name,
      packageSpec: generator,
      modules: modules.map((module) => parseModule(module, moduleIdOf)),
    },
    files: Object.fromEntries(Object.entries(files).map(([path, file]) => [path, parseFile(file)])),
    keys: keys as Record<string, Record<string, JsonValue>>,
  };
}

function parseModule(
  module: JsonValue,
  moduleIdOf: (generator: string, name: string) => string,
): ModuleInstance {
  if (
    !isObject(module) ||
    typeof module['generator'] !== 'string' ||
    !isObject(module['answers'])
  ) {
    throw unreadable('has a module without generator or answers');
  }
  const name = typeof module['name'] === 'string' ? module['name'] : '';
  return {
    generator: module['generator'],
    module: moduleIdOf(module['generator'], name),
    name,
    answers: module['answers'] as Answers,
  };
}

const OWNERS: readonly string[] = ['own', 'managed', 'keyed'] satisfies Owner[];

function parseFile(file: JsonValue): RecordedFile {
  if (
    !isObject(file) ||
    typeof file['module'] !== 'string' ||
    !OWNERS.includes(String(file['owner']))
  ) {
    throw unreadable('has a file without owner or module');
  }
  const hash = file['sha256'];
  return {
    owner: file['owner'] as Owner,
    module: file['module'],
    ...(typeof hash === 'string' ? { sha256: hash } : {}),
  };
}

/** The refusal of a manifest; `what` ends the sentence that starts with its name. */
export function unreadable(what: string): UserError {
  return new UserError(
    'E_MANIFEST',
    EXIT.usage,
    `${MANIFEST} ${what}.`,
    `Restore it from version control (\`git checkout ${MANIFEST}\`), or run the version of the generator that wrote it.`,
  );
}

/** Another version has other templates: to mix them would be an update that nobody asked for. */
function otherVersion(generator: unknown, version: unknown): UserError {
  const plain =
    typeof version === 'string' && /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)
      ? version
      : 'another version';
  const spec =
    typeof generator === 'string' && /^[\w@./-]+$/.test(generator) ? generator : 'that version';
  return new UserError(
    'E_VERSION',
    EXIT.needsYou,
    `This project was made by version ${plain}; this is ${VERSION}.`,
    `Run it with \`npx ${spec}\`.`,
  );
}

function inOrder<T>(record: Readonly<Record<string, T>>): (readonly [string, T])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
