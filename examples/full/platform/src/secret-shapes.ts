import {
  isSecretValue,
  looksChosen,
  namesPassword,
  wordsOf,
} from './secret-shapes/named-secrets.ts';
import { findProviderTokens } from './secret-shapes/provider-patterns.ts';
import type { Found, TextKind } from './secret-shapes/values.ts';
import { findFormats, findPrivateKeys, findRandomValues } from './secret-shapes/values.ts';
import type { Assignment } from './secret-shapes/written-out.ts';
import {
  findAssignments,
  findFallbacks,
  findInAddresses,
  findInHeaders,
  findSqlPasswords,
} from './secret-shapes/written-out.ts';

export type { Found } from './secret-shapes/values.ts';

const SOURCE_FILE = /\.(?:[cm]?[jt]sx?|py|go|rb|java|kt|cs|php|rs|swift|scala|cedar)$/;
const CONFIGURATION =
  /(?:^|\/)(?:[^/]*\.(?:ya?ml|toml|ini|conf|cfg|properties|sh|json|tf|tfvars|hcl|cnf|plist|ps1|bat|service)|\.env[^/]*|\.npmrc|\.pypirc|\.s3cfg|\.boto|credentials|Dockerfile[^/]*)$/;
const OF_TESTS = /(?:^|\/)(?:tests?|__tests__|fixtures)\/|[.-](?:test|spec)\.[cm]?[jt]sx?$/;
// Thousands of names and digests.
const LOCKFILE =
  /(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|\.cdx\.json)$/;

/**
 * Finds the secrets in a text: by their format, by a name before them, or because they look random. Takes time in
 * proportion to the text, even if an attacker wrote the text. (SUPPLY-6)
 */
export async function findSecrets(text: string, path = ''): Promise<readonly Found[]> {
  if (LOCKFILE.test(path)) return [];
  const kind = {
    isSource: SOURCE_FILE.test(path),
    isConfiguration: CONFIGURATION.test(path),
    isTest: OF_TESTS.test(path),
  };
  const tokens = await findProviderTokens(text);
  const found = [
    ...findFormats(text),
    ...findPrivateKeys(text),
    ...tokens.map(({ id, index }) => ({ rule: id, index })),
    ...findWrittenOut(text, kind),
    ...findRandomValues(text, kind),
  ];
  return found.toSorted((a, b) => a.index - b.index);
}

// The secrets of a test: words, words with a number after them, or digits. Real secrets are mixed.
const PLAYED = /^(?:[A-Za-z][A-Za-z _-]{0,40}\d{0,3}|\d{1,12})$/;

/** Values that a name, an address or a header before them makes a secret. (SUPPLY-6) */
function findWrittenOut(text: string, kind: TextKind): Found[] {
  const named = findAssignments(text, (assignment) => isSecret(assignment, text, kind));
  const offsets: Readonly<Record<string, readonly number[]>> = {
    'named-secret': named,
    'fallback-secret': findFallbacks(text),
    'sql-password': findSqlPasswords(text),
    'password-in-address': findInAddresses(text),
    'credential-in-header': findInHeaders(text),
  };
  return Object.entries(offsets).flatMap(([rule, found]) =>
    found.map((index) => ({ rule, index })),
  );
}

function isSecret(
  { index, name, quoted, open }: Assignment,
  text: string,
  { isSource, isConfiguration, isTest }: TextKind,
): boolean {
  if (isTest && PLAYED.test(quoted ?? open)) return false;
  if (quoted !== undefined) return isSecretValue(name, quoted) && !isOwnName(name, quoted);
  if (isSource || !isSecretValue(name, open)) return false;
  // In prose, the word after a colon continues the sentence, unless it does not look like a word.
  const isValue = isConfiguration && !isSentence(text, index);
  return isValue || /^[A-Z\d_]+$/.test(name) ? !isPartOfCode(open) : looksChosen(open);
}

// A table of token kinds has the kind as its value. A secret whose value is its own name does exist, so it counts.
function isOwnName(name: string, value: string): boolean {
  const words = wordsOf(name);
  if (words.at(-1) === 'secret' || namesPassword(name)) return false;
  return words.length > 1 && words.join(' ') === wordsOf(value).join(' ');
}

// A comment with a sentence after its colon, such as `# No credential: the program needs none`. A value in a comment,
// such as `# password: swordfish`, still counts.
const LINE = 200;

function isSentence(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - LINE), index);
  return (
    /^[ \t]*(?:#|\/\/)/.test(before.slice(before.lastIndexOf('\n') + 1)) &&
    /^[\w.-]+:[ \t]+[a-z]+[ \t]+[a-z]/.test(text.slice(index, index + LINE))
  );
}

// `TOKEN=$(cat file)`, `secret: foo.bar(x)`
function isPartOfCode(value: string): boolean {
  return /[$()]|\w\.\w+\.\w/.test(value);
}
