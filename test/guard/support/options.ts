import { assertModuleName } from '../../../src/answers/names.ts';
import { resolveAnswers } from '../../../src/answers/resolve.ts';
import type { Question } from '../../../src/answers/questions.ts';
import type { AnswerValue, Answers } from '../../../src/answers/answer.ts';
import type { Generator } from '../../../src/define-generator.ts';

/** Above this many combinations, what is asked first with each one other is enough: the others hang on it. */
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
  baseUrl: ['https://admin.example.com:8443', 'https://token.root.example'],
  label: ['admin', 'signature-1'],
  signatureHeader: ['x-admin-token', 'authorization-signature'],
  signaturePrefix: ['token=', 'Bearer:'],
  signed: ['{body}', '{id}.{timestamp}.{body}', 'admin:{timestamp}:{body}'],
  timestampHeader: ['x-token-issued', 'date-of-admin'],
  idHeader: ['x-session-id', 'x-role'],
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

/** Answers to a generator's questions: all combinations, or all of the first question with one other at a time. */
export function answerSetsOf(generator: Generator): Answers[] {
  const { questions } = generator;
  const total = questions.reduce((product, question) => product * valuesOf(question).length, 1);
  const sets = (total <= WHOLE ? combinations(questions) : pairs(questions)).map((answers) =>
    onlyAsked(questions, answers),
  );
  const distinct = new Map(sets.map((answers) => [JSON.stringify(answers), answers]));
  return [...distinct.values()].map((answers) => resolveAnswers(generator, answers));
}

/** Without what nobody is asked after those answers. */
function onlyAsked(questions: readonly Question[], answers: Answers): Answers {
  const asked: Record<string, AnswerValue> = {};
  for (const { key, when, default: fallback } of questions) {
    const isAsked = when?.(asked) ?? true;
    asked[key] = isAsked ? (answers[key] ?? fallback) : fallback;
  }
  return asked;
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
function pairs([first, ...others]: readonly Question[]): Answers[] {
  return first ? others.flatMap((other) => combinations([first, other])) : [];
}
