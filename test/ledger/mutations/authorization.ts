import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const evaluateTest = 'proofs/authorization/evaluate.test.ts';
const authorizationTest = 'platform/test/authorization.test.ts';
const rolesTest = 'proofs/authorization/roles.test.ts';
const policiesTest = 'proofs/authorization/policies.test.ts';
const attributesTest = 'proofs/authorization/attributes.test.ts';

export const authorizationMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/authorization/decide.ts', [
    [
      'AUTHZ-1',
      "if (resource.attributes['tenant'] !== caller.tenant)",
      'if (resource.attributes === undefined)',
      evaluateTest,
      'a user can be the resource: a colleague or oneself, not a namesake elsewhere (AUTHZ-1)',
    ],
    [
      'AUTHZ-5',
      'if (failed.length > 0)',
      'if (failed.length > 9)',
      authorizationTest,
      'a forbid that errs denies, though Cedar itself would allow (AUTHZ-5)',
    ],
    [
      'AUTHZ-5',
      'validateRequest: true',
      'validateRequest: false',
      authorizationTest,
      'a caller with a risk as text is denied (AUTHZ-5)',
    ],
    [
      'AUTHZ-5',
      "if (decision !== 'allow')",
      "if (decision !== 'allow' && reasons.length > 0)",
      authorizationTest,
      'what no policy permits is denied (AUTHZ-5)',
    ],
    [
      'AUTHZ-5',
      'if (age < -CLOCK_SKEW_SECONDS)',
      'if (Number.isNaN(age))',
      evaluateTest,
      'a caller with a sign-in an hour from now is denied (AUTHZ-5)',
    ],
    [
      'AUTHZ-5',
      "    return denied('error:invalid-request');\n  }\n}",
      "    return { ...denied('error:invalid-request'), allow: true };\n  }\n}",
      evaluateTest,
      'no caller at all is denied, not an exception (AUTHZ-5)',
    ],
  ]),
  ...mutationsOf('platform/src/authorization/roles.ts', [
    [
      'AUTHZ-1',
      '!roles.includes(change.role)',
      'roles.length === 0',
      authorizationTest,
      'a role outside the closed set cannot be granted (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      'where tenant = ${holder.tenant} and subject',
      'where subject',
      rolesTest,
      'a role does not follow its holder into another tenant (AUTHZ-1)',
    ],
    [
      'AUTHZ-4',
      'return rows.map(({ role }) => role);',
      "return rows.length === 0 ? ['member'] : rows.map(({ role }) => role);",
      authorizationTest,
      'nobody holds a role that was not granted: a fresh database has none (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      ' and subject = ${holder.subject} and revoked_at is null',
      ' and subject = ${holder.subject}',
      'proofs/sessions/sessions.test.ts',
      'a role counts from the next request on, and is gone with the next one (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      '/^[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,9}$/',
      '/^[A-Z][A-Z0-9]{1,9}-[0-9]{1,10}$/',
      authorizationTest,
      'no ticket, no change (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      "if (!TICKET.test(change.ticket)) return err('malformed-ticket');\n\n",
      '',
      authorizationTest,
      'no ticket, no change (AUTHZ-4)',
    ],
    [
      'OBS-1',
      "  await recordChange(tx, 'role.grant', change);\n",
      '',
      rolesTest,
      'every change is audited, with who, what and why (OBS-1)',
    ],
    [
      'OBS-1',
      "  await recordChange(tx, 'role.revoke', change);\n",
      '',
      rolesTest,
      'every change is audited, with who, what and why (OBS-1)',
    ],
  ]),
  ...mutationsOf('platform/src/authorization/policies.ts', [
    [
      'AUTHZ-5',
      '...answer.validationErrors, ...warnings',
      '...answer.validationErrors',
      policiesTest,
      'the boot stops at a wall that never stands (AUTHZ-5)',
    ],
    [
      'AUTHZ-5',
      '...answer.validationErrors, ...warnings',
      '...warnings',
      policiesTest,
      'the boot stops at an attribute that the schema does not declare (AUTHZ-5)',
    ],
    [
      'AUTHZ-5',
      'if (policies.length === 0)',
      'if (policies === undefined)',
      authorizationTest,
      'missing policies stop the boot: an empty folder permits nothing and walls nothing (AUTHZ-5)',
    ],
    [
      'AUTHZ-4',
      "permit.action.op !== 'All' &&",
      '',
      authorizationTest,
      'the boot stops at a permit of every action to a role (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      "|| 'in' in principal",
      "|| 'in' in principal || principal.op === 'is'",
      policiesTest,
      'the boot stops at a permit to every user, which is everybody (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      'mentionsPrincipal(body));',
      'Boolean(body));',
      policiesTest,
      'the boot stops at a permit on a condition that says nothing of the principal (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      "answer.json.effect === 'permit' && !isConstrained(answer.json)",
      "answer.json.effect === 'permit' && answer.json.action === undefined",
      authorizationTest,
      'the boot stops at a permit to everybody (AUTHZ-4)',
    ],
  ]),
  ...mutationsOf('platform/src/authorization/schema.ts', [
    [
      'AUTHZ-1',
      'role.enum.length > MOST_ROLES',
      'role.enum.length > Number.MAX_VALUE',
      policiesTest,
      'a schema with more roles than a reviewer can read stops the boot (AUTHZ-1)',
    ],
    [
      'AUTHZ-5',
      ' || appliesTo.context?.type !== CONTEXT',
      '',
      policiesTest,
      'an action for other principals, or without the whole context, stops the boot (AUTHZ-5)',
    ],
    [
      'AUTHZ-5',
      "if (type === 'Entity' && typeof value === 'string')",
      "if (type === 'Entity' && value)",
      attributesTest,
      '{"type":"App::User","id":"alice"} does not pass as Entity (AUTHZ-5)',
    ],
    [
      'AUTHZ-5',
      'Number.isSafeInteger(value)',
      "typeof value === 'number'",
      authorizationTest,
      'a resource with a number that cannot be exact is denied (AUTHZ-5)',
    ],
    [
      'AUTHZ-5',
      /^ *if \(declared === undefined\) throw.*\n/m,
      '      if (declared === undefined) return [key, String(item)];\n',
      attributesTest,
      '{"amount":1,"currency":"EUR","rate":2} does not pass as App::Money (AUTHZ-5)',
    ],
  ]),
];
