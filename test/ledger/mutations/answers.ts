import type { Mutation } from './mutation.ts';

const errors = 'platform/src/http/problems.ts';
const problems = 'platform/src/http/problems.ts';
const server = 'platform/src/http/server.ts';
const answersTest = 'test/invariants/every-answer.test.ts';
const accessTest = 'proofs/http/access.test.ts';

const everyRefusal =
  'every refusal has its status, the shape of RFC 9457 and the headers (CHECK-11)';
const eitherProof = 'no proof and a bad proof are 401, a valid one that may not is 403 (CHECK-11)';
const onTheTrail = 'the trail says why somebody was refused, the answer does not (CHECK-11)';

export const answerMutations: readonly Mutation[] = [
  {
    control: 'CHECK-11',
    file: 'platform/src/http/access.ts',
    find: "  app.addHook('onRequest', refuseAnonymous);\n",
    replace: '',
    testFile: 'test/invariants/every-route-declares-access.test.ts',
    test: 'every other route answers somebody unknown with 401 and nothing more (CHECK-11)',
  },
  {
    control: 'CHECK-11',
    file: problems,
    find: 'unauthenticated: { status: 401',
    replace: 'unauthenticated: { status: 403',
    testFile: accessTest,
    test: eitherProof,
  },
  {
    control: 'CHECK-11',
    file: problems,
    find: 'forbidden: { status: 403',
    replace: 'forbidden: { status: 401',
    testFile: accessTest,
    test: eitherProof,
  },
  {
    control: 'CHECK-11',
    file: 'platform/src/http/authorize.ts',
    find: /^ *await recordRefusal\(.*\n/m,
    replace: '',
    testFile: accessTest,
    test: onTheTrail,
  },
  {
    control: 'CHECK-11',
    file: 'platform/src/http/authorize.ts',
    find: '(refusedAs, ',
    replace: "('internal', ",
    testFile: accessTest,
    test: eitherProof,
  },
  {
    control: 'CHECK-11',
    file: errors,
    find: 'return sendProblem(request, reply, problem, invalidMembers(error));',
    replace: 'return reply.code(problems[problem].status).send({ detail: error.message });',
    testFile: answersTest,
    test: 'no answer repeats what went wrong inside (CHECK-11)',
  },
  {
    control: 'CHECK-11',
    file: errors,
    find: "error.code?.startsWith('FST_ERR_') && ",
    replace: '',
    testFile: answersTest,
    test: everyRefusal,
  },
  {
    control: 'CHECK-11',
    file: errors,
    find: "return violation.keyword !== 'boolean';",
    replace: 'return Boolean(violation);',
    testFile: answersTest,
    test: 'an invalid member is pointed at, and its value is not repeated',
  },
  {
    control: 'CHECK-11',
    file: server,
    find: 'reply.headers(securityHeaders).header(',
    replace: 'reply.header(',
    testFile: answersTest,
    test: everyRefusal,
  },
  {
    control: 'CHECK-11',
    file: server,
    find: '    clientErrorHandler: answerBrokenConnection(log),\n',
    replace: '',
    testFile: answersTest,
    test: 'what node:http refuses by itself has the same shape (CHECK-11)',
  },
  {
    control: 'CHECK-11',
    file: 'platform/src/http/json-body.ts',
    find: '  app.removeAllContentTypeParsers();\n',
    replace: '',
    testFile: answersTest,
    test: everyRefusal,
  },
  {
    control: 'CHECK-11',
    file: 'platform/src/http/logging.ts',
    find: 'counted.count += 1;',
    replace: 'counted.count += 0;',
    testFile: answersTest,
    test: 'somebody unknown is counted, and costs no line of the trail',
  },
  {
    control: 'CHECK-11',
    file: server,
    find: '    frameworkErrors: answerFrameworkError,\n',
    replace: '',
    testFile: answersTest,
    test: 'no answer repeats what went wrong inside (CHECK-11)',
  },
  {
    control: 'CHECK-11',
    file: 'platform/src/http/server.ts',
    find: 'reply.headers(securityHeaders).header(',
    replace: 'reply.header(',
    testFile: answersTest,
    test: everyRefusal,
  },
];
