import type { Mutation } from './mutation.ts';

const access = 'platform/src/http/access.ts';
const authorize = 'platform/src/http/authorize.ts';
const accessTest = 'proofs/http/access.test.ts';
const changesTest = 'test/invariants/every-change-is-audited.test.ts';

export const accessMutations: readonly Mutation[] = [
  {
    control: 'AUTHZ-5',
    file: access,
    find: /^ *if \(!access\) throw.*\n/m,
    replace: "  if (!access) return publicAccess('It declares nothing.');\n",
    testFile: accessTest,
    test: 'a route without access stops the boot (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: access,
    find: '!actions.has(access.action)',
    replace: 'actions.size === 0',
    testFile: accessTest,
    test: 'an action that no schema declares stops the boot (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: access,
    find: 'access.reason.trim().length < SHORTEST_REASON',
    replace: 'access.reason.length === 0',
    testFile: accessTest,
    test: 'a public route without a reason stops the boot (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: access,
    find: "  app.addHook('onRequest', refuseUnvettedRoute);\n",
    replace: '',
    testFile: accessTest,
    test: 'a route added behind the back of the check is denied, whatever it declares (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: authorize,
    find: 'if (decision.allow) return by;',
    replace: 'if (by) return by;',
    testFile: accessTest,
    test: 'no proof and a bad proof are 401, a valid one that may not is 403 (CHECK-11)',
  },
  {
    control: 'AUTHZ-5',
    file: authorize,
    find: 'if (decision.allow) return by;',
    replace: "if (decision.allow || request.method === 'HEAD') return by;",
    testFile: accessTest,
    test: 'HEAD is decided as its GET is (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: authorize,
    find: 'if (decision.allow) return by;',
    replace: 'if (decision.allow || reasons.length === 0) return by;',
    testFile: changesTest,
    test: 'somebody without the role changes nothing, and the attempt is on record (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: authorize,
    find: /^ *if \(!resource\) return new Refusal.*\n/m,
    replace: '  if (!resource) return {} as Authorized;\n',
    testFile: accessTest,
    test: 'where existence would leak, refused and absent are the same answer',
  },
  {
    control: 'AUTHZ-5',
    file: authorize,
    find: 'access.load(tx, request as never)',
    replace:
      "access.load(tx, request as never).catch(() => ({ type: 'App::Session', id: 'a', attributes: { owner: tx.caller.subject, tenant: tx.caller.tenant } }))",
    testFile: accessTest,
    test: 'a load that fails is an error and no grant (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: 'platform/src/database/sessions.ts',
    find: '    over = LAST_WORD.test(text);\n',
    replace: '',
    testFile: 'proofs/database/one-session.test.ts',
    test: 'a statement that comes after the commit does not run on its own (AUTHZ-5)',
  },
  {
    control: 'AUTHZ-5',
    file: 'platform/src/database/sessions.ts',
    find: 'if (over) throw',
    replace: 'if (engine === undefined) throw',
    testFile: 'proofs/database/one-session.test.ts',
    test: 'a statement that was not awaited cannot run in the next transaction (AUTHZ-5)',
  },
];
