import { findRandomValues } from '../../../templates/app/platform/src/secret-shapes/values.ts';
import { NOT_A_LOCKFILE } from '../lockfiles.ts';
import type { Rule } from '../rule.ts';
import { SOURCE_FILE } from '../syntax/parse.ts';

export const secretHighEntropy: Rule = {
  id: 'secret-high-entropy',
  control: 'SUPPLY-6',
  reason:
    'A string this random is a key or token in all but name, and everyone with the file has it.',
  wayOut:
    'Read it at run time from the secret store; if it is a public hash, write it as one (sha256:...).',
  files: NOT_A_LOCKFILE,
  text: ({ path, content }) => find(content, SOURCE_FILE.test(path)),
  answer: ({ name, text, disguised }) => !disguised && find(`${name}="${text}"`, false).length > 0,
};

function find(content: string, isSource: boolean): number[] {
  return findRandomValues(content, { isSource, isTest: false }).map(({ index }) => index);
}
