import {
  isReference,
  isWrittenOut,
  looksChosen,
  namesPassword,
  wordsOf,
} from './secret-shapes/named-secrets.ts';
import { findProviderTokens } from './secret-shapes/provider-patterns.ts';
import type { Found, TextKind } from './secret-shapes/values.ts';
import { findKnownKeys, findRandomValues } from './secret-shapes/values.ts';

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
    ...findKnownKeys(text),
    ...tokens.map(({ id, index }) => ({ rule: id, index })),
    ...findWrittenOut(text, kind),
    ...findRandomValues(text, kind),
  ];
  return found.toSorted((a, b) => a.index - b.index);
}

// `NAME=value`, `name: value`, `"name": "value"`. Looks ahead at a value without quotes, because it may contain an
// assignment, as in `--env=DB_PASSWORD=x`.
const ASSIGNED =
  /(?<![\w.-])-{0,2}(?<name>[A-Za-z_][\w.-]{0,80})["']?[ \t]{0,8}(?:=>|:=|[:=])[ \t]{0,8}(?:"(?<double>[^"\n]{1,300})"|'(?<single>[^'\n]{1,300})'|(?=(?<open>[^\s"'`,;#{}[\]()|<>&?+!-][^\s"'`,;#]{0,300})))/g;

// `process.env.SESSION_SECRET ?? 'x'` and `||`: the secret of every environment without the variable.
const FALLBACK =
  /\.(?<name>[A-Za-z_][\w]{0,80})[ \t]{0,8}(?:\?\?|\|\|)[ \t]{0,8}["'`](?<single>[^"'`\n]{1,300})["'`]/g;

// The secrets of a test: words, words with a number after them, or digits. Real secrets are mixed.
const PLAYED = /^(?:[A-Za-z][A-Za-z _-]{0,40}\d{0,3}|\d{1,12})$/;

const SQL_PASSWORD =
  /\b(?:(?:password|identified\s{1,8}by)\s{1,8}|crypt\(\s{0,4})'(?<single>[^'\n]{1,200})'/gi;

const IN_ADDRESSES: readonly RegExp[] = [
  /(?<![a-z\d+.-])[a-z][a-z\d+.-]{1,20}:\/\/[^\s:@/"'`<>]{0,100}:(?<single>[^\s@/"'`<>]{1,200})@(?!sha256:)[\w[{$%]/gi,
  // Drivers of Go: a user, a colon, a password, then `@tcp(` and the host.
  /(?<![\w/.-])[\w.-]{1,60}:(?<single>[^\s:@/"'`<>]{1,100})@(?:tcp|unix)\(/g,
  // ADO.NET and ODBC
  /\b(?:server|data source|host|addr|address|uid|user id|user|username|database|initial catalog|endpoint)\s{0,2}=[^;"'\n]{1,200};[^"'\n]{0,300}?\b(?:password|pwd)\s{0,2}=\s{0,2}(?<single>[^;"'\n]{1,200})/gi,
  // libpq
  /\b(?:host|hostaddr|user|dbname|port)=\S{1,100} [^"'\n]{0,200}?\bpassword=(?<single>[^\s"']{1,200})/g,
  // JDBC, and any address with a query
  /[?&;](?:password|passwd|pwd)=(?<single>[^&;\s"'`<>]{1,200})/gi,
];

type Counts = (value: string) => boolean;
const isNoReference: Counts = (value) => !isReference(value);

const IN_HEADERS: readonly (readonly [RegExp, Counts])[] = [
  [/\bBearer[ +](?<single>[A-Za-z\d._~+/=-]{6,})/gi, looksChosen],
  [/\bBasic[ +](?<single>[A-Za-z\d+/=_-]{8,})/gi, holdsPair],
  [/\bauthorization["']?\s{0,4}[:=,]\s{0,4}["'](?<single>[^"'\s]{6,200})["']/gi, looksChosen],
  [
    /\bcurl\b[^\n]{0,200}?\s(?:-u|--user)[ =]?["']?[^\s:"'$]{1,80}:(?<single>[^\s"'$]{1,80})/g,
    isNoReference,
  ],
  [
    /\bauth\s?=\s?[([]\s?["'][^"'\n]{1,80}["']\s?,\s?["'](?<single>[^"'\n]{2,80})["']\s?[)\]]/g,
    isNoReference,
  ],
];

/** Values that a name, an address or a header before them makes a secret. (SUPPLY-6) */
function findWrittenOut(text: string, kind: TextKind): Found[] {
  return [
    ...named(text, kind),
    ...matching('fallback-secret', text, FALLBACK, ({ name = '', single = '' }) =>
      isWrittenOut(name, single),
    ),
    ...matching('sql-password', text, SQL_PASSWORD, ({ single = '' }) => isNoReference(single)),
    ...IN_ADDRESSES.flatMap((pattern) =>
      matching('password-in-address', text, pattern, ({ single = '' }) => isNoReference(single)),
    ),
    ...IN_HEADERS.flatMap(([pattern, counts]) =>
      matching('credential-in-header', text, pattern, ({ single = '' }) => counts(single)),
    ),
  ];
}

function named(text: string, { isSource, isConfiguration, isTest }: TextKind): Found[] {
  return matching('named-secret', text, ASSIGNED, (groups, index) => {
    const { name = '', double, single, open = '' } = groups;
    const quoted = double ?? single;
    if (isTest && PLAYED.test(quoted ?? open)) return false;
    if (quoted !== undefined) return isWrittenOut(name, quoted) && !isOwnName(name, quoted);
    if (isSource || !isWrittenOut(name, open)) return false;
    // In prose, the word after a colon continues the sentence, unless it does not look like a word.
    const isValue = isConfiguration && !isSentence(text, index);
    return isValue || /^[A-Z\d_]+$/.test(name) ? !isPartOfCode(open) : looksChosen(open);
  });
}

type Groups = Readonly<Record<string, string | undefined>>;

function matching(
  rule: string,
  text: string,
  pattern: RegExp,
  counts: (groups: Groups, index: number) => boolean,
): Found[] {
  return [...text.matchAll(pattern)]
    .filter(({ groups = {}, index }) => counts(groups, index))
    .map(({ index }) => ({ rule, index }));
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

// Basic credentials are `user:password` in base64. Many other words follow the word `basic`.
function holdsPair(value: string): boolean {
  return /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(value, 'base64').toString('latin1'));
}
