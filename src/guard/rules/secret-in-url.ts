import type { Rule } from '../rule.ts';
import { isReference } from '../secrets/references.ts';

const URL_WITH_PASSWORD =
  /(?<![a-z\d+.-])[a-z][a-z\d+.-]{1,20}:\/\/[^\s:@/"'`<>]{0,100}:(?<password>[^\s@/"'`<>]{1,200})@(?!sha256:)[\w[{$%]/gi;

export const secretInUrl: Rule = {
  id: 'secret-in-url',
  control: 'SUPPLY-6',
  reason: 'A password inside an address travels into logs, error reports and process lists.',
  wayOut:
    'Keep the address without credentials, and read the password from a file at connect time.',
  keywords: [/:\/\/[^\s:@/"'`<>]{0,100}:/],
  text: ({ content }) => find(content),
  answer: ({ text }) => find(text).length > 0,
};

function find(text: string): number[] {
  return [...text.matchAll(URL_WITH_PASSWORD)]
    .filter((match) => !isReference(match.groups?.['password'] ?? ''))
    .map((match) => match.index);
}
