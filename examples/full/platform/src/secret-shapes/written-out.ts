import { isReference, isWrittenOut, looksChosen, namesSecret } from './named-secrets.ts';

/** `NAME=value`, `name: value`, `"name": "value"`, where the name says that the value is secret. */
export interface Assignment {
  readonly index: number;
  readonly name: string;
  readonly quoted: string | undefined;
  // A value without quotes: a value in configuration, a name in code, the next word in prose.
  readonly open: string;
}

// Everything here is bounded, and nothing is read twice but for these bounds, so that no text is slow.
const NAMED =
  /(?<![\w.-])-{0,2}([A-Za-z_][\w.-]{0,80})["']?[ \t]{0,8}(?:=>|:=|[:=])[ \t]{0,8}(?:"([^"\n]{1,300})"|'([^'\n]{1,300})')?/g;
// Read apart, because it may contain an assignment, as in `--env=DB_PASSWORD=x`.
const OPEN = /[^\s"'`,;#{}[\]()|<>&?+!-][^\s"'`,;#]{0,80}/y;

/** Assignments to the names of secrets. The caller judges the value with `isSecretValue`. */
export function findAssignments(
  text: string,
  counts: (assignment: Assignment) => boolean,
): number[] {
  const found: number[] = [];
  for (const { 0: whole, 1: name = '', 2: double, 3: single, index } of text.matchAll(NAMED)) {
    if (!namesSecret(name)) continue;
    const quoted = double ?? single;
    OPEN.lastIndex = index + whole.length;
    const open = quoted === undefined ? OPEN.exec(text)?.[0] : '';
    if (open !== undefined && counts({ index, name, quoted, open })) found.push(index);
  }
  return found;
}

// `process.env.SESSION_SECRET ?? 'x'` and `||`: the secret of every environment without the variable.
const FALLBACK =
  /\.([A-Za-z_]\w{0,80})[ \t]{0,8}(?:\?\?|\|\|)[ \t]{0,8}["'`]([^"'`\n]{1,300})["'`]/g;

export function findFallbacks(text: string): number[] {
  return offsetsOf(text, FALLBACK, (name, value) => isWrittenOut(name, value));
}

// `CREATE ROLE app PASSWORD 'x'` and `crypt('x', gen_salt('bf'))`, in SQL wherever it is written.
const SQL_PASSWORD =
  /\b(?:(?:password|identified\s{1,8}by)\s{1,8}|crypt\(\s{0,4})'([^'\n]{1,200})'/gi;

export function findSqlPasswords(text: string): number[] {
  return offsetsOf(text, SQL_PASSWORD, isNoReference);
}

const BEFORE_HOST: readonly RegExp[] = [
  /(?<![a-z\d+.-])[a-z][a-z\d+.-]{1,20}:\/\/[^\s:@/"'`<>]{0,100}:([^\s@/"'`<>]{1,200})@(?!sha256:)[\w[{$%]/gi,
  // Drivers of Go: a user, a colon, a password, then `@tcp(` and the host.
  /(?<![\w/.-])[\w.-]{1,60}:([^\s:@/"'`<>]{1,100})@(?:tcp|unix)\(/g,
];

const BEHIND_HOST: readonly RegExp[] = [
  // ADO.NET and ODBC
  /\b(?:server|data source|host|addr|address|uid|user id|user|username|database|initial catalog|endpoint)\s{0,2}=[^;"'\n]{1,200};[^"'\n]{0,150}?\b(?:password|pwd)\s{0,2}=\s{0,2}([^;"'\n]{1,200})/gi,
  // libpq
  /\b(?:host|hostaddr|user|dbname|port)=\S{1,80} [^"'\n]{0,120}?\bpassword=([^\s"']{1,200})/g,
  // JDBC, and any address with a query
  /[?&;](?:password|passwd|pwd)=([^&;\s"'`<>]{1,200})/gi,
];
const PASSWORD = /\b(?:password|passwd|pwd)\s{0,2}=/i;

/** Passwords in the address of a database or another service. */
export function findInAddresses(text: string): number[] {
  const forms = [
    ...(text.includes('@') ? BEFORE_HOST : []),
    ...(PASSWORD.test(text) ? BEHIND_HOST : []),
  ];
  return forms.flatMap((form) => offsetsOf(text, form, isNoReference));
}

type Counts = (value: string) => boolean;

const IN_HEADERS: readonly (readonly [RegExp, Counts])[] = [
  [/\bBearer[ +]([A-Za-z\d._~+/=-]{6,})/gi, looksChosen],
  [/\bBasic[ +]([A-Za-z\d+/=_-]{8,})/gi, holdsPair],
  [/\bauthorization["']?\s{0,4}[:=,]\s{0,4}["']([^"'\s]{6,200})["']/gi, looksChosen],
  [
    /\bcurl\b[^\n]{0,120}?\s(?:-u|--user)[ =]?["']?[^\s:"'$]{1,80}:([^\s"'$]{1,80})/g,
    isNoReference,
  ],
  // The pair before it is encoded, and as clients of Python and Ruby take it.
  [
    /\bbasic\b[^\n]{0,60}?\b(?:btoa|Buffer\.from|b64encode|encode\w{0,20})\(\s{0,4}["'`][^\s"'`:$]{1,80}:([^"'`$\n]{2,80})["'`]/gi,
    isNoReference,
  ],
  [
    /\bauth\s?=\s?[([]\s?["'][^"'\n]{1,80}["']\s?,\s?["']([^"'\n]{2,80})["']\s?[)\]]/g,
    isNoReference,
  ],
];

/** Credentials in a header, or in the option of a client that becomes a header. */
export function findInHeaders(text: string): number[] {
  return IN_HEADERS.flatMap(([pattern, counts]) => offsetsOf(text, pattern, counts));
}

function offsetsOf(
  text: string,
  pattern: RegExp,
  counts: (first: string, second: string) => boolean,
): number[] {
  const found: number[] = [];
  for (const { 1: first = '', 2: second = '', index } of text.matchAll(pattern))
    if (counts(first, second)) found.push(index);
  return found;
}

function isNoReference(value: string): boolean {
  return !isReference(value);
}

// Basic credentials are `user:password` in base64. Many other words follow the word `basic`.
function holdsPair(value: string): boolean {
  const pair = Buffer.from(value, 'base64').toString('latin1');
  return /^[\x20-\x7e]+$/.test(pair) && pair.slice(1, -1).includes(':');
}
