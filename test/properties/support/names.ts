import fc from 'fast-check';
import {
  MAX_MODULE_NAME,
  MAX_PROJECT_NAME,
  moduleNameProblem,
  projectNameProblem,
  spellings,
} from '../../../src/answers/names.ts';
import { isRandom } from '../../../templates/app/platform/src/secret-shapes/randomness.ts';

/** Valid, and each near something that is not: reserved words, the specimen, members of objects, units of SQL. */
const TRICKY_MODULES = [
  'a',
  'x0',
  'a-1',
  'a1',
  'ab-c',
  'a-bc',
  'acme-specimen',
  'acme',
  'specimen',
  'acme-specimen-acme-specimen',
  'health-check',
  'health-check-a',
  'note',
  'notes-2',
  'class-2',
  'to-string',
  'value-of',
  'has-own-property',
  'is-nan',
  'undefined-1',
  'math',
  'json',
  'error',
  'promise-like',
  'request',
  'reply',
  'drop-table',
  'resource',
  'context',
  'principal',
  'unknown',
  'a-b-c-d-e-f-g-h-i-j-k-l-m-n-o',
  'a-name-of-thirty-characters-ok',
  'anameofthirtycharactersinaword',
];

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/);
const laterWord = fc.stringMatching(/^[a-z0-9]{1,8}$/);

/** Every name that a module may have, short and long, tricky ones often. */
export const moduleNames: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 2, arbitrary: fc.constantFrom(...TRICKY_MODULES) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(word, fc.array(laterWord, { maxLength: 4 }))
        .map(([first, rest]) => [first, ...rest].join('-').slice(0, MAX_MODULE_NAME)),
    },
    { weight: 1, arbitrary: fc.stringMatching(/^[a-z][a-z0-9]{27,29}$/) },
  )
  .filter((name) => moduleNameProblem(name) === undefined && !looksRandom(name));

/** Letters and digits in no order look like a key to the guard, which refuses them. */
function looksRandom(name: string): boolean {
  const { camel = '', pascal = '' } = spellings(name);
  return [
    camel,
    pascal,
    `HealthCheck${pascal}`,
    `healthCheck${pascal}`,
    `${camel}Client`,
    `${pascal}Client`,
  ].some(isRandom);
}

const TRICKY_PROJECTS = [
  'a',
  '0',
  'my-app',
  'my_app',
  'my.app',
  'a--b',
  'a.b-c_d',
  '1.0.0',
  'con-sole',
  'acme-specimen',
  'constructor',
  'create-secure-app',
  'a'.repeat(MAX_PROJECT_NAME),
];

/** Every name that a project may have. */
export const projectNames: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(...TRICKY_PROJECTS),
    fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,40}$/),
    fc.stringMatching(/^[a-z0-9]{1,8}([._-]{1,3}[a-z0-9]{1,4}){1,4}$/),
  )
  .filter((name) => projectNameProblem(name) === undefined);

const LETTERS = [...'abzXYZéüßñøÅčżЖяשعन中日ไ'];
const LATER = [...LETTERS, ...'0129', ...`.,;:'"()/!?%+-`, '\u0301', '\u0947'];

/** Every description, in any script, with all the punctuation there may be. */
export const descriptions: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...LETTERS),
    fc.array(fc.string({ unit: fc.constantFrom(...LATER, '&'), minLength: 1, maxLength: 12 }), {
      maxLength: 10,
    }),
  )
  .map(([first, words]) => [first, ...words].join(' ').slice(0, 200).trimEnd())
  // A web address is refused.
  .map((text) => text.replaceAll(/\/{2,}/g, '/'));
