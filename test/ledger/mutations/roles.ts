import type { Mutation } from './mutation.ts';

const constrained = 'platform/src/authorization/policies.ts';
const roles = 'platform/src/authorization/roles.ts';
const signIn = 'platform/src/development/sign-in.ts';
const command = 'platform/src/commands/roles.ts';
const bundleTest = 'proofs/authorization/policies.test.ts';
const rolesTest = 'proofs/authorization/roles.test.ts';
const localTest = 'proofs/development/development.test.ts';
const configTest = 'services/api/config.test.ts';
const sessionsTest = 'proofs/sessions/sessions.test.ts';

export const roleMutations: readonly Mutation[] = [
  {
    control: 'AUTHZ-4',
    file: constrained,
    find: "permit.action.op !== 'All' &&",
    replace: '',
    testFile: bundleTest,
    test: 'the boot stops at a permit of every action to a role (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: constrained,
    find: "|| 'in' in principal",
    replace: "|| 'in' in principal || principal.op === 'is'",
    testFile: bundleTest,
    test: 'the boot stops at a permit to every user, which is everybody (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: constrained,
    find: 'mentionsPrincipal(body));',
    replace: 'Boolean(body));',
    testFile: bundleTest,
    test: 'the boot stops at a permit on a condition that says nothing of the principal (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: 'platform/src/authorization/policies.ts',
    find: "answer.json.effect === 'permit' && !isConstrained(answer.json)",
    replace: "answer.json.effect === 'permit' && answer.json.action === undefined",
    testFile: bundleTest,
    test: 'the boot stops at a permit to everybody (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: roles,
    find: 'return rows.map(({ role }) => role);',
    replace: "return rows.length === 0 ? ['member'] : rows.map(({ role }) => role);",
    testFile: rolesTest,
    test: 'nobody holds a role that was not granted: a fresh database has none (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: roles,
    find: ' and subject = ${holder.subject} and revoked_at is null',
    replace: ' and subject = ${holder.subject}',
    testFile: sessionsTest,
    test: 'a role counts from the next request on, and is gone with the next one (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: roles,
    find: '/^[A-Z][A-Z0-9]{1,9}-[1-9][0-9]{0,9}$/',
    replace: '/^[A-Z][A-Z0-9]{1,9}-[0-9]{1,10}$/',
    testFile: rolesTest,
    test: 'no ticket, no change (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: roles,
    find: "if (!TICKET.test(change.ticket)) return err('malformed-ticket');\n\n",
    replace: '',
    testFile: rolesTest,
    test: 'no ticket, no change (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: 'migrations/platform/0004_role_grant.sql',
    find: /grant_ticket text not null check .*,/,
    replace: 'grant_ticket text not null,',
    testFile: rolesTest,
    test: 'the database itself refuses a grant without a ticket, or half a revocation',
  },
  {
    control: 'AUTHZ-4',
    file: 'platform/src/sessions/sessions.ts',
    find: 'Object.freeze(facts)',
    replace: 'facts as object',
    testFile: sessionsTest,
    test: 'a caller cannot be given another role or tenant afterwards (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: command,
    find: 'ticket: Name,',
    replace: 'ticket: Type.Optional(Name),',
    testFile: localTest,
    test: 'an incomplete role command is refused (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: command,
    find: 'rest.length === 0 && ',
    replace: '',
    testFile: localTest,
    test: 'an incomplete role command is refused (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: 'platform/src/development/operator-socket.ts',
    find: 'process.umask(OWNER_ONLY)',
    replace: 'process.umask()',
    testFile: localTest,
    test: 'a role is granted through the socket, under a ticket, and shows at once (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: signIn,
    find: "if (profile !== 'local') throw",
    replace: 'if (!profile) throw',
    testFile: localTest,
    test: 'outside a local run the sign-in cannot even be constructed (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: signIn,
    find: '        secret = undefined;\n',
    replace: '',
    testFile: localTest,
    test: 'the link works once, also for two who click at the same time',
  },
  {
    control: 'AUTHZ-4',
    file: signIn,
    find: ' && now() < expiresAt',
    replace: '',
    testFile: localTest,
    test: 'the link is worthless after ten minutes',
  },
  {
    control: 'AUTHZ-4',
    file: signIn,
    find: 'secret.equals(candidate)',
    replace: 'candidate.length > 0',
    testFile: localTest,
    test: 'another token opens nothing',
  },
  {
    control: 'AUTHZ-4',
    file: 'services/api/config.ts',
    find: "argv.includes('--local') ?",
    replace: "argv.includes('--local') || source['NODE_ENV'] === 'development' ?",
    testFile: configTest,
    test: 'the profile is an argument and nothing else makes a run local (AUTHZ-4)',
  },
  {
    control: 'AUTHZ-4',
    file: 'services/api/config.ts',
    find: "    ...(profile === 'production' ? missingInProduction(values) : []),\n",
    replace: '',
    testFile: configTest,
    test: 'without --local it is production, and says all that is missing at once',
  },
  {
    control: 'AUTHZ-4',
    file: 'services/api/config.ts',
    find: /^ *\.\.\.argv\.filter.*\n/m,
    replace: '',
    testFile: configTest,
    test: 'an argument that is not known is refused',
  },
];
