import type { Mutation } from './mutation.ts';

const requestLog = 'platform/src/http/logging.ts';
const secret = 'platform/src/secrets/secret.ts';
const clean = 'platform/src/audit/record.ts';
const answersTest = 'test/invariants/every-answer.test.ts';
const secretTest = 'proofs/secrets/secret.test.ts';
const cleanTest = 'proofs/audit/clean.test.ts';

const routeOnly = 'the request log has the route, and nothing that a client typed (HOOK-6)';

export const logMutations: readonly Mutation[] = [
  {
    control: 'HOOK-6',
    file: requestLog,
    find: "routeOptions.url ?? 'none'",
    replace: 'request.url',
    testFile: answersTest,
    test: routeOnly,
  },
  {
    control: 'HOOK-6',
    file: secret,
    find: /(toJSON\(\): string \{\n\s+return) MASK/,
    replace: '$1 this.#value',
    testFile: secretTest,
    test: 'a secret does not leave through JSON.stringify (HOOK-6)',
  },
  {
    control: 'HOOK-6',
    file: secret,
    find: /(\[Symbol\.toPrimitive\].*\{\n\s+if \(hint === 'string'\) return) MASK/,
    replace: '$1 this.#value',
    testFile: secretTest,
    test: 'a secret does not leave through a template literal (HOOK-6)',
  },
  {
    control: 'HOOK-6',
    file: secret,
    find: /(\[inspect\.custom\]\(\): string \{\n\s+return) MASK/,
    replace: '$1 this.#value',
    testFile: secretTest,
    test: 'a secret does not leave through util.inspect (HOOK-6)',
  },
  {
    control: 'HOOK-6',
    file: clean,
    find: 'if (SECRET_KEY.test(key))',
    replace: 'if (key === undefined)',
    testFile: cleanTest,
    test: 'a detail that is named like a secret is refused, its value unread (HOOK-6)',
  },
  {
    control: 'HOOK-6',
    file: clean,
    find: "typeof value === 'boolean' || Number.isFinite(value)",
    replace: 'value !== undefined',
    testFile: cleanTest,
    test: 'a Secret is no detail, not even masked (HOOK-6)',
  },
];
