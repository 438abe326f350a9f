import { findInAddresses } from '../../../templates/app/platform/src/secret-shapes/written-out.ts';
import type { Rule } from '../rule.ts';

export const secretInUrl: Rule = {
  id: 'secret-in-url',
  control: 'SUPPLY-6',
  reason: 'A password inside an address travels into logs, error reports and process lists.',
  wayOut:
    'Keep the address without credentials, and read the password from a file at connect time.',
  keywords: [
    /:\/\/[^\s:@/"'`<>]{0,100}:|@(?:tcp|unix)\(|(?:[Pp]ass(?:word|wd)|PASS(?:WORD|WD)|[Pp]wd|PWD)\s{0,2}=/,
  ],
  text: ({ content }) => findInAddresses(content),
  answer: ({ text }) => findInAddresses(text).length > 0,
};
