import type { Rule } from '../rule.ts';
import { isReference } from '../secrets/named-secrets.ts';

const URL_WITH_PASSWORD =
  /(?<![a-z\d+.-])[a-z][a-z\d+.-]{1,20}:\/\/[^\s:@/"'`<>]{0,100}:(?<password>[^\s@/"'`<>]{1,200})@(?!sha256:)[\w[{$%]/gi;

/** ADO.NET and ODBC: parts ended by `;`, one of which says where the database is. */
const PARTS =
  /\b(?:server|data source|host|addr|address|uid|user id|user|username|database|initial catalog|endpoint)\s{0,2}=[^;"'\n]{1,200};[^"'\n]{0,300}?\b(?:password|pwd)\s{0,2}=\s{0,2}(?<password>[^;"'\n]{1,200})/gi;

/** libpq: words of `name=value`. */
const WORDS =
  /\b(?:host|hostaddr|user|dbname|port)=\S{1,100} [^"'\n]{0,200}?\bpassword=(?<password>[^\s"']{1,200})/g;

// secure-app-ignore: secret-in-url SUPPLY-6 the form of such an address, with words for its parts
/** Go: user:password@tcp(host:port)/database */
const DRIVER = /(?<![\w/.-])[\w.-]{1,60}:(?<password>[^\s:@/"'`<>]{1,100})@(?:tcp|unix)\(/g;

/** JDBC, and every address with a query. */
const QUERY = /[?&;](?:password|passwd|pwd)=(?<password>[^&;\s"'`<>]{1,200})/gi;

export const secretInUrl: Rule = {
  id: 'secret-in-url',
  control: 'SUPPLY-6',
  reason: 'A password inside an address travels into logs, error reports and process lists.',
  wayOut:
    'Keep the address without credentials, and read the password from a file at connect time.',
  keywords: [
    /:\/\/[^\s:@/"'`<>]{0,100}:|@(?:tcp|unix)\(|(?:[Pp]ass(?:word|wd)|PASS(?:WORD|WD)|[Pp]wd|PWD)\s{0,2}=/,
  ],
  text: ({ content }) => find(content),
  answer: ({ text }) => find(text).length > 0,
};

/** What the patterns for anything but an address with a password in front of its host have in them. */
const ASSIGNED = /\b(?:password|passwd|pwd)\s{0,2}=/i;

function find(text: string): number[] {
  const patterns = ASSIGNED.test(text)
    ? [URL_WITH_PASSWORD, DRIVER, PARTS, WORDS, QUERY]
    : [URL_WITH_PASSWORD, DRIVER];
  return patterns
    .flatMap((pattern) => [...text.matchAll(pattern)])
    .filter((match) => !isReference(match.groups?.['password'] ?? ''))
    .map((match) => match.index);
}
