import type { Mutation } from './mutation.ts';

const body = 'platform/src/http/json-body.ts';
const origin = 'platform/src/http/origins.ts';
const schemas = 'platform/src/http/schemas.ts';
const bodyTest = 'proofs/http/json-body.test.ts';
const originTest = 'proofs/http/same-origin.test.ts';
const answersTest = 'test/invariants/every-answer.test.ts';
const serverTest = 'proofs/database/server.test.ts';

const ownPages =
  'an unsafe request with the cookie is refused unless it comes from our own pages (CHECK-11)';

/** Guards that hold the claimed ones up. */
export const unclaimedMutations: readonly Mutation[] = [
  {
    control: 'CHECK-11',
    file: body,
    find: 'if (keys.has(value)) throw',
    replace: 'if (keys.size > 999) throw',
    testFile: bodyTest,
    test: 'a duplicate key is refused',
  },
  {
    control: 'CHECK-11',
    file: body,
    find: 'if (PROTOTYPE_KEYS.has(value)) throw',
    replace: "if (value === 'prototype') throw",
    testFile: bodyTest,
    test: '__proto__ in disguise is refused',
  },
  {
    control: 'CHECK-11',
    file: body,
    find: " || value.includes('\\0')",
    replace: '',
    testFile: bodyTest,
    test: 'U+0000 is refused',
  },
  {
    control: 'CHECK-11',
    file: origin,
    find: "if (site !== undefined) return site === 'same-origin';",
    replace: "if (site !== undefined) return site !== 'cross-site';",
    testFile: originTest,
    test: ownPages,
  },
  {
    control: 'CHECK-11',
    file: origin,
    find: 'return request.headers.origin === origin;',
    replace: 'return (request.headers.origin ?? origin) === origin;',
    testFile: originTest,
    test: ownPages,
  },
  {
    control: 'CHECK-11',
    file: schemas,
    find: "  app.addHook('onRoute', refuseOpenSchema);\n",
    replace: '',
    testFile: answersTest,
    test: 'a schema that lets other members in stops the boot',
  },
  {
    control: 'CHECK-11',
    file: schemas,
    find: "  app.addHook('preValidation', refuseUndeclared);\n",
    replace: '',
    testFile: answersTest,
    test: 'a body where none is declared is refused',
  },
  {
    control: 'CHECK-11',
    file: schemas,
    find: "part === 'body' ? value : ",
    replace: '',
    testFile: answersTest,
    test: 'a body is taken at its word: no member is added, dropped or converted',
  },
  {
    control: 'unclaimed',
    file: 'platform/src/http/server.ts',
    find: 'genReqId: () => randomUUID()',
    replace: "requestIdHeader: 'x-request-id'",
    testFile: answersTest,
    test: 'a request id is ours, and never the one a client chose',
  },
  {
    control: 'unclaimed',
    file: 'platform/src/http/server.ts',
    find: 'Promise.race([work, timeout.promise])',
    replace: 'work',
    testFile: 'proofs/http/time-limit.test.ts',
    test: 'work that takes too long is refused',
  },
  {
    control: 'unclaimed',
    file: 'platform/src/http/access.ts',
    find: ': timeLimited(route.handler)',
    replace: ': route.handler',
    testFile: 'proofs/http/time-limit.test.ts',
    test: 'a public handler is as limited as a guarded one: nobody unknown holds a request for good',
  },
  {
    control: 'unclaimed',
    file: 'services/api/config.ts',
    find: '    ...weakened(source),\n  ];',
    replace: '  ];',
    testFile: 'services/api/config.test.ts',
    test: 'a switch that turns certificate checks off is refused',
  },
  {
    control: 'unclaimed',
    file: 'platform/src/database/embedded.ts',
    find: 'if (held) await queueUp(waiting, waitMs);',
    replace: '',
    testFile: 'proofs/database/one-session.test.ts',
    test: 'two transactions never interleave on the one session',
  },
  {
    control: 'unclaimed',
    file: 'platform/src/database/claim.ts',
    find: "claim['host'] !== host() || ",
    replace: '',
    testFile: 'proofs/database/claim.test.ts',
    test: 'a claim from another host is never swept: its process cannot be seen',
  },
  {
    control: 'unclaimed',
    file: 'platform/src/database/server.ts',
    find: "url.search !== '' || url.hash !== ''",
    replace: "url.hash !== ''",
    testFile: 'proofs/database/server-url.test.ts',
    test: 'a database URL with a parameter that turns TLS off is refused, and not repeated (HOOK-6)',
  },
  {
    control: 'unclaimed',
    file: 'platform/src/database/server.ts',
    find: 'rejectUnauthorized: true',
    replace: "rejectUnauthorized: process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0'",
    testFile: serverTest,
    test: 'a server elsewhere must prove who it is, whatever the environment says',
  },
  {
    control: 'unclaimed',
    file: 'platform/src/database/migrate.ts',
    find: 'if (file.sha256 !== row.sha256)',
    replace: 'if (file.name !== row.name && file.sha256 !== row.sha256 && row.number < 0)',
    testFile: 'proofs/database/plan.test.ts',
    test: 'a file that was edited after it ran is refused, with the way out',
  },
];
