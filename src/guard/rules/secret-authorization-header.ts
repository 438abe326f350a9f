import type { Rule } from '../rule.ts';
import { isReference, looksChosen } from '../secrets/named-secrets.ts';

const BEARER = /\bBearer[ +](?<value>[A-Za-z\d._~+/=-]{6,})/gi;
const BASIC = /\bBasic[ +](?<value>[A-Za-z\d+/=_-]{8,})/gi;
const BARE = /\bauthorization["']?\s{0,4}[:=,]\s{0,4}["'](?<value>[^"'\s]{6,200})["']/gi;
const CURL =
  /\bcurl\b[^\n]{0,200}?\s(?:-u|--user)[ =]?["']?[^\s:"'$]{1,80}:(?<value>[^\s"'$]{1,80})/g;

/** The pair before it is encoded. */
const ENCODED =
  /\bbasic\b[^\n]{0,60}?\b(?:btoa|Buffer\.from|b64encode|encode\w{0,20})\(\s{0,4}["'`][^\s"'`:$]{1,80}:(?<value>[^"'`$\n]{2,80})["'`]/gi;

/** The pair as clients of Python and Ruby take it. */
const PAIR =
  /\bauth\s?=\s?[([]\s?["'][^"'\n]{1,80}["']\s?,\s?["'](?<value>[^"'\n]{2,80})["']\s?[)\]]/g;

export const secretAuthorizationHeader: Rule = {
  id: 'secret-authorization-header',
  control: 'SUPPLY-6',
  reason:
    'A header with its credential written out is a login that anyone who reads the file can replay.',
  wayOut: 'Build the header at run time from a secret read from the secret store.',
  keywords: [/bearer|basic|authorization|curl|\bauth\s?=\s?[([]/i],
  text: ({ content }) => find(content),
  answer: ({ text }) => find(text).length > 0,
};

function find(text: string): number[] {
  return [
    ...offsets(text, BEARER, looksChosen),
    ...offsets(text, BASIC, holdsPair),
    ...offsets(text, BARE, looksChosen),
    ...offsets(text, CURL, (value) => !isReference(value)),
    ...offsets(text, PAIR, (value) => !isReference(value)),
    ...offsets(text, ENCODED, (value) => !isReference(value)),
  ];
}

function offsets(text: string, pattern: RegExp, counts: (value: string) => boolean): number[] {
  return [...text.matchAll(pattern)]
    .filter((match) => counts(match.groups?.['value'] ?? ''))
    .map((match) => match.index);
}

/** Basic credentials are `user:password` in base64; the word `basic` is followed by many other things. */
function holdsPair(value: string): boolean {
  return /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(value, 'base64').toString('latin1'));
}
