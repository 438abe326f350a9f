import { findInHeaders } from '../../../templates/app/platform/src/secret-shapes/written-out.ts';
import type { Rule } from '../rule.ts';

export const secretAuthorizationHeader: Rule = {
  id: 'secret-authorization-header',
  control: 'SUPPLY-6',
  reason:
    'A header with its credential written out is a login that anyone who reads the file can replay.',
  wayOut: 'Build the header at run time from a secret read from the secret store.',
  keywords: [/bearer|basic|authorization|curl|\bauth\s?=\s?[([]/i],
  text: ({ content }) => findInHeaders(content),
  answer: ({ text }) => findInHeaders(text).length > 0,
};
