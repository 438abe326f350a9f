import type { Mutation } from './mutation.ts';

const walls = 'policies/app.cedar';
const notes = 'policies/notes.cedar';
const healthCheck = 'policies/health-check-disk.cedar';
const casesTest = 'test/invariants/policies.test.ts';
const accessTest = 'proofs/http/access.test.ts';
const signOutTest = 'proofs/http/sign-out.test.ts';
const evaluateTest = 'proofs/authorization/evaluate.test.ts';
const rolesTest = 'proofs/authorization/roles.test.ts';
const databaseTest = 'proofs/database/transactions.test.ts';

const cases = 'each case is decided as its folder says (AUTHZ-1)';

export const policyMutations: readonly Mutation[] = [
  {
    control: 'AUTHZ-1',
    file: walls,
    find: 'context.risk >= 80',
    replace: 'context.risk > 100',
    testFile: casesTest,
    test: cases,
  },
  {
    control: 'AUTHZ-1',
    file: walls,
    find: '>= 80 }',
    replace: '> 80 }',
    testFile: accessTest,
    test: 'a session that is likely stolen is refused by the risk wall (AUTHZ-1)',
  },
  {
    control: 'AUTHZ-1',
    file: walls,
    find: '\nunless { action == App::Action::"end-session" };',
    replace: ';',
    testFile: signOutTest,
    test: 'a session that is likely stolen can still be ended, and nothing else (AUTHZ-1)',
  },
  {
    control: 'AUTHZ-1',
    file: walls,
    find: '\nunless { action == App::Action::"end-session" };',
    replace: '\nunless { action in [App::Action::"end-session", App::Action::"read-session"] };',
    testFile: signOutTest,
    test: 'a session that is likely stolen can still be ended, and nothing else (AUTHZ-1)',
  },
  {
    control: 'AUTHZ-1',
    file: walls,
    find: '(resource has tenant && resource.tenant == principal.tenant)',
    replace: '(resource has tenant)',
    testFile: casesTest,
    test: cases,
  },
  {
    control: 'AUTHZ-1',
    file: walls,
    find: 'resource.owner == principal',
    replace: 'resource.tenant == principal.tenant',
    testFile: casesTest,
    test: cases,
  },
  {
    control: 'AUTHZ-1',
    file: notes,
    find: 'resource.owner == principal',
    replace: 'resource.tenant == principal.tenant',
    testFile: casesTest,
    test: cases,
  },
  {
    control: 'AUTHZ-1',
    file: notes,
    find: 'principal in App::Role::"member",\n  action in\n',
    replace: 'principal,\n  action in\n',
    testFile: casesTest,
    test: cases,
  },
  {
    control: 'AUTHZ-1',
    file: notes,
    find: 'principal in App::Role::"member",\n  action in [',
    replace: 'principal,\n  action in [',
    testFile: casesTest,
    test: cases,
  },
  {
    control: 'AUTHZ-1',
    file: healthCheck,
    find: 'principal in App::Role::"operator",\n  action == HealthCheckDisk::Action::"run"',
    replace: 'principal,\n  action == HealthCheckDisk::Action::"run"',
    testFile: casesTest,
    test: cases,
  },
  {
    control: 'AUTHZ-1',
    file: healthCheck,
    find: 'principal in App::Role::"operator",\n  action == HealthCheckDisk::Action::"list"',
    replace: 'principal in App::Role::"member",\n  action == HealthCheckDisk::Action::"list"',
    testFile: casesTest,
    test: cases,
  },
  {
    control: 'AUTHZ-1',
    file: 'platform/src/authorization/decide.ts',
    find: "if (resource.attributes['tenant'] !== caller.tenant)",
    replace: 'if (resource.attributes === undefined)',
    testFile: evaluateTest,
    test: 'a user can be the resource: a colleague or oneself, not a namesake elsewhere (AUTHZ-1)',
  },
  {
    control: 'AUTHZ-1',
    file: 'platform/src/authorization/roles.ts',
    find: '!roles.includes(change.role)',
    replace: 'roles.length === 0',
    testFile: rolesTest,
    test: 'a role outside the closed set cannot be granted (AUTHZ-1)',
  },
  {
    control: 'AUTHZ-1',
    file: 'platform/src/authorization/roles.ts',
    find: 'where tenant = ${holder.tenant} and subject',
    replace: 'where subject',
    testFile: rolesTest,
    test: 'a role does not follow its holder into another tenant (AUTHZ-1)',
  },
  {
    control: 'AUTHZ-1',
    file: 'platform/src/database/open.ts',
    find: '${caller.tenant}, true)',
    replace: '${caller.tenant}, false)',
    testFile: databaseTest,
    test: 'the tenant does not outlive its transaction, committed or not (AUTHZ-1)',
  },
  {
    control: 'AUTHZ-1',
    file: 'platform/src/database/open.ts',
    find: /^.*set_config.*\n/m,
    replace: '',
    testFile: databaseTest,
    test: 'a tenant transaction knows its caller and carries the tenant (AUTHZ-1)',
  },
];
