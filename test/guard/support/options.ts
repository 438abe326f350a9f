import { assertModuleName } from '../../../src/answers/names.ts';
import { resolveAnswers } from '../../../src/answers/resolve.ts';
import type { Question } from '../../../src/answers/questions.ts';
import type { AnswerValue, Answers, Generator } from '../../../src/define-generator.ts';

/** Above this many combinations, every pair of values is enough: faults of three answers at once are rare. */
const WHOLE = 48;

/** What to try where anything may be typed: words that rules look for, in every place they can come to stand. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  description: [
    'Tells an admin, an operator or a member who may do what (by default: nobody).',
    'Keeps roles, tokens and passwords elsewhere!',
  ],
  fields: [
    'a:text,b:integer,c:boolean,d:timestamp,e:uuid',
    'a:text?,b:integer?,c:boolean?,d:timestamp?,e:uuid?',
    'role:text,is_admin:boolean,access_level:integer',
    'role:text?,is_admin:boolean?,access_level:integer?,role_id:uuid?',
    'member:text,operator:text?,admin:boolean,root:boolean,staff:integer',
    'allowed:boolean,permissions:text,scopes:text?,decision:text,email:text',
    'ip:text,host:text,env:text,process:text,referrer:text?',
    'a:text,b:text,c:text,d:text,e:text,f:text,g:text,h:text,i:text,j:text,k:text,l:text',
  ],
};

/** Names as people choose them, those of roles and of powers among them. */
const NAMES = [
  'invoice',
  'search-index',
  'member',
  'operator',
  'admin',
  'super-user',
  'staff',
  'manager',
  'permission',
  'access-token',
  'process',
  'env',
  'root',
];

/** Answers to a generator's questions: all combinations, or all pairs where those would be too many. */
export function answerSetsOf(generator: Generator): Answers[] {
  const { questions } = generator;
  const total = questions.reduce((product, question) => product * valuesOf(question).length, 1);
  const sets = total <= WHOLE ? combinations(questions) : pairs(questions);
  return sets.map((answers) => resolveAnswers(generator, answers));
}

/** Every name of those above that the generator takes; the empty one for a generator that takes none. */
export function namesFor(generator: Generator): string[] {
  const { named } = generator;
  if (!named) return [''];
  const taken = [named.example, ...NAMES].filter((name) => {
    try {
      assertModuleName(name, named);
      return true;
    } catch {
      return false;
    }
  });
  return [...new Set(taken)];
}

function valuesOf(question: Question): readonly AnswerValue[] {
  switch (question.kind) {
    case 'confirm':
      return [question.default, !question.default];
    case 'choice':
      return [...new Set([question.default, ...question.choices.map(({ value }) => value)])];
    case 'number':
      return [...new Set([question.default, question.minimum, question.maximum])];
    case 'text': {
      const texts = TEXTS[question.key];
      if (!texts) throw new Error(`say above what to try for "${question.key}"`);
      return [question.default, ...texts];
    }
  }
}

function combinations(questions: readonly Question[]): Answers[] {
  return questions.reduce<Answers[]>(
    (sets, question) =>
      sets.flatMap((set) => valuesOf(question).map((value) => ({ ...set, [question.key]: value }))),
    [{}],
  );
}

/** The rest keeps its defaults. */
function pairs(questions: readonly Question[]): Answers[] {
  return questions.flatMap((first, at) =>
    questions.slice(at + 1).flatMap((second) => combinations([first, second])),
  );
}
