import type { Mutation } from './mutation.ts';

const evaluate = 'platform/src/authorization/decide.ts';
const bundle = 'platform/src/authorization/policies.ts';
const attributes = 'platform/src/authorization/schema.ts';
const evaluateTest = 'proofs/authorization/evaluate.test.ts';
const bundleTest = 'proofs/authorization/policies.test.ts';
const attributesTest = 'proofs/authorization/attributes.test.ts';

export const decisionMutations: readonly Mutation[] = [
  {
    control: 'AUTHZ-5',
    file: evaluate,
    find: 'if (failed.length > 0)',
    replace: 'if (failed.length > 9)',
    testFile: evaluateTest,
    test: 'a forbid that errs denies, though Cedar itself would allow (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: evaluate,
    find: 'validateRequest: true',
    replace: 'validateRequest: false',
    testFile: evaluateTest,
    test: 'a caller with a risk as text is denied (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: evaluate,
    find: "if (decision !== 'allow')",
    replace: "if (decision !== 'allow' && reasons.length > 0)",
    testFile: evaluateTest,
    test: 'what no policy permits is denied (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: evaluate,
    find: 'if (age < -CLOCK_SKEW_SECONDS)',
    replace: 'if (Number.isNaN(age))',
    testFile: evaluateTest,
    test: 'a caller with a sign-in an hour from now is denied (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: evaluate,
    find: "    return denied('error:invalid-request');\n  }\n}",
    replace: "    return { ...denied('error:invalid-request'), allow: true };\n  }\n}",
    testFile: evaluateTest,
    test: 'no caller at all is denied, not an exception (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: bundle,
    find: '...answer.validationErrors, ...warnings',
    replace: '...answer.validationErrors',
    testFile: bundleTest,
    test: 'the boot stops at a wall that never stands (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: bundle,
    find: '...answer.validationErrors, ...warnings',
    replace: '...warnings',
    testFile: bundleTest,
    test: 'the boot stops at an attribute that the schema does not declare (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: bundle,
    find: 'if (policies.length === 0)',
    replace: 'if (policies === undefined)',
    testFile: bundleTest,
    test: 'missing policies stop the boot: an empty folder permits nothing and walls nothing (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: 'platform/src/authorization/schema.ts',
    find: ' || appliesTo.context?.type !== CONTEXT',
    replace: '',
    testFile: bundleTest,
    test: 'an action for other principals, or without the whole context, stops the boot (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: attributes,
    find: "if (type === 'Entity' && typeof value === 'string')",
    replace: "if (type === 'Entity' && value)",
    testFile: attributesTest,
    test: '{"type":"App::User","id":"alice"} does not pass as Entity (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: attributes,
    find: 'Number.isSafeInteger(value)',
    replace: "typeof value === 'number'",
    testFile: evaluateTest,
    test: 'a resource with a number that cannot be exact is denied (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: attributes,
    find: /^ *if \(declared === undefined\) throw.*\n/m,
    replace: '      if (declared === undefined) return [key, String(item)];\n',
    testFile: attributesTest,
    test: '{"amount":1,"currency":"EUR","rate":2} does not pass as App::Money (AUTHZ-5)',
  },
];
