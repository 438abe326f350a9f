import { EXIT, UserError } from '../errors.ts';
import { hasInvisible } from './invisible.ts';

/** npm's limit for a package name; it also keeps every emitted path below the limits of common file systems. */
export const MAX_PROJECT_NAME = 214;
/** Long enough for real names, short enough that PostgreSQL's 63-byte identifiers hold every name derived from one. */
export const MAX_MODULE_NAME = 30;

/** What a project name is made of, as the schema publishes it too. */
export const PROJECT_NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;
/** What a module name is made of, as the schema publishes it too. */
export const MODULE_NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Windows refuses these as file names in every folder, with any extension; its superscript digits count as digits. */
export const WINDOWS_RESERVED =
  /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$/i;
/** In the README's title these would be emphasis (`a-__b__`) or a link (`www.`); the title is a name and nothing else. */
const READS_AS_MARKDOWN = /[._-]_|_[._-]|(?:^|_)www\./;
/** npm refuses these as package names. */
const NPM_RESERVED = new Set(['node_modules', 'favicon.ico']);

/**
 * Words that cannot name a module: they would collide with folders, SQL or TypeScript of the emitted project. A module
 * name becomes an identifier as it stands when it has one word.
 */
const MODULE_RESERVED = new Set(
  (
    'app platform infra env modules index migrations policies security test http api config server scripts constructor ' +
    'prototype arguments await break case catch class const continue debugger default delete do else enum eval export ' +
    'extends false finally for function if implements import in instanceof interface let new null package private ' +
    'protected public return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/** Returns the sentence that says what is wrong with a project name, or undefined. */
export function projectNameProblem(name: string): string | undefined {
  if (name.length === 0 || name.length > MAX_PROJECT_NAME) {
    return `The project name must have 1 to ${MAX_PROJECT_NAME} characters.`;
  }
  if (!PROJECT_NAME.test(name)) {
    return 'The project name must be lower-case letters, digits, dots, hyphens and underscores, starting and ending with a letter or digit.';
  }
  if (READS_AS_MARKDOWN.test(name)) {
    return 'The project name must not read as Markdown: an underscore stands between letters or digits, and no www. starts it.';
  }
  if (name.includes('..') || NPM_RESERVED.has(name) || WINDOWS_RESERVED.test(name)) {
    return 'The project name is reserved by npm or by an operating system.';
  }
  return undefined;
}

/** Returns the sentence that says what is wrong with a module name, or undefined. */
export function moduleNameProblem(name: string): string | undefined {
  if (name.length === 0 || name.length > MAX_MODULE_NAME) {
    return `The name must have 1 to ${MAX_MODULE_NAME} characters.`;
  }
  if (!MODULE_NAME.test(name)) {
    return 'The name must be lower-case words of letters and digits joined by single hyphens, starting with a letter.';
  }
  if (MODULE_RESERVED.has(name) || WINDOWS_RESERVED.test(name)) {
    return 'The name is reserved by the language, the project or an operating system.';
  }
  return undefined;
}

/** What some file system refuses in a name, or a terminal and a shell read as something else. */
const UNFIT_FOR_A_FOLDER = /[<>:"|?*\\/]|[. ]$|^\.git$/i;

/**
 * Returns the sentence that says what is wrong with the name of a folder that is yet to be made, or undefined. A project
 * may be called something else than its folder, so this asks for less than a project's name does.
 */
export function folderNameProblem(name: string): string | undefined {
  if (name.length === 0 || Buffer.byteLength(name) > MAX_PROJECT_NAME) {
    return `The directory's name must have 1 to ${MAX_PROJECT_NAME} bytes.`;
  }
  if (hasInvisible(name))
    return "The directory's name must have no control or invisible characters.";
  if (UNFIT_FOR_A_FOLDER.test(name) || WINDOWS_RESERVED.test(name)) {
    return "The directory's name must be one that every system takes.";
  }
  return undefined;
}

const NOT_TEXT = 'The name must be text.';

export function assertFolderName(name: string): void {
  const problem = folderNameProblem(name);
  if (problem)
    throw new UserError('E_NAME', EXIT.usage, problem, 'Choose a directory such as my-app.');
}

export function assertProjectName(name: unknown): asserts name is string {
  const problem = typeof name === 'string' ? projectNameProblem(name) : NOT_TEXT;
  if (problem) throw new UserError('E_NAME', EXIT.usage, problem, 'Choose a name such as my-app.');
}

/** @param named what the generator itself says about its names. */
export function assertModuleName(
  name: unknown,
  named: { readonly example: string; readonly problem?: (name: string) => string | undefined },
): asserts name is string {
  const problem =
    typeof name === 'string' ? (moduleNameProblem(name) ?? named.problem?.(name)) : NOT_TEXT;
  if (problem)
    throw new UserError('E_NAME', EXIT.usage, problem, `Choose a name such as ${named.example}.`);
}

/** The spellings of a kebab-case name that templates use. */
export function spellings(kebab: string): Record<string, string> {
  const words = kebab.split('-');
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return {
    kebab,
    snake: words.join('_'),
    constant: words.join('_').toUpperCase(),
    pascal,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    words: words.join(' '),
  };
}
