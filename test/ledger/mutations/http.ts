import type { Mutation } from './mutation.ts';

const http = (file: string) => `services/api/http/${file}.ts`;
const hostileTest = http('hostile-requests.test');
const signOutTest = http('sign-out.test');
const proxiesTest = http('proxies.test');
const corsTest = http('cors.test');
const configTest = 'services/api/config.test.ts';
const sessionsTest = 'proofs/sessions/sessions.test.ts';
const answersTest = 'test/invariants/every-answer.test.ts';

const lost = 'clients that are too slow are let go in time';
const ended = 'signing out ends the session for good, and no other one (AUTH-9)';
const cookieTaken =
  'signing out takes the cookie, under the flags it was set with, and what was stored (AUTH-9)';
const proxyList = 'a list of proxies that lets strangers choose their address is refused';
const originList = 'a list of origins that is not exact is refused';
const hostileTable = (name: string) =>
  `hostile ${name} get the answer that is written down, and no more (CHECK-11)`;

/** What a request can say in two ways, and who is believed about where it comes from. */
export const httpMutations: readonly Mutation[] = [
  ...[
    ['header-fields', 'names.length > limits.headerCount', 'names.length > 1e9', 'headers'],
    ['header-fields', 'seen.has(name) && SINGLE.has(name)', 'seen.has(name) && false', 'headers'],
    ['header-fields', "httpVersion !== '1.1' && httpVersion !== '1.0'", 'false', 'request lines'],
    [
      'header-fields',
      "httpVersion !== '1.0' : !HOST.test(host)",
      'false : !HOST.test(host)',
      'headers',
    ],
    ['header-fields', '!HOST.test(host)', 'false', 'headers'],
    ['header-fields', "coding.toLowerCase() !== 'chunked'", 'false', 'framing'],
    ['header-fields', " || httpVersion === '1.0'", '', 'framing'],
    ['header-fields', 'isSafe(method) &&', 'false &&', 'framing'],
    ['header-fields', 'encoding !== undefined) throw', 'false) throw', 'headers'],
    ['header-fields', 'coding ?? encoding ?? length', 'coding ?? length', 'framing'],
    ['header-fields', 'headers.expect !== undefined', 'false', 'headers'],
    ['header-fields', "  'expect',\n", '', 'headers'],
    ['json-body', "  app.addHook('preParsing', inviteBody);\n", '', 'headers'],
    ['json-body', " || raw.httpVersion === '1.0'", '', 'headers'],
    ['json-body', 'MEDIA_TYPE.test(type) && ', '', 'headers'],
    ['json-body', ' && Number(length) <= routeOptions.bodyLimit', '', 'headers'],
    ['server', "  app.server.on('checkContinue'", "  app.server.on('unheard'", 'headers'],
    ['server', "  app.server.on('checkExpectation'", "  app.server.on('unheard'", 'headers'],
    ['target', 'url.length > limits.urlCharacters', 'url.length > 1e9', 'request lines'],
    ['target', "if (path === '') throw", "if (path === '?') throw", 'request lines'],
    ['target', 'ODD_SEGMENT.test(path) || ', '', 'request lines'],
    [
      'target',
      ' || escapes.some((escape) => ODD_ESCAPE.test(asciiOf(escape)))',
      '',
      'request lines',
    ],
    ['target', 'pairs.length > limits.queryParameters', 'pairs.length > 1e9', 'queries'],
    ['target', 'names.has(name) || ', '', 'queries'],
    ['strict-schemas', 'fromText(schema, value)', 'Value.Convert(schema, value)', 'queries'],
    [
      'strict-schemas',
      'querystring === undefined && Object.keys',
      'false && Object.keys',
      'queries',
    ],
    ['json-body', '  refuseAmbiguity(text);\n', '', 'bodies'],
    ['json-body', ', ignoreBOM: true', '', 'bodies'],
    ['json-body', ' || !value.isWellFormed()', '', 'bodies'],
    ['json-body', "  app.addHook('preParsing', refuseOddMediaType);\n", '', 'headers'],
    ['json-body', 'if (!exact || Object.is(value, -0))', 'if (!exact)', 'bodies'],
    [
      'allowed-methods',
      'if (methods.length === 0) return;',
      'if (methods.length >= 0) return;',
      'request lines',
    ],
    ['server', "  app.server.on('connect'", "  app.server.on('unheard'", 'request lines'],
    ['server', '      requireHostHeader: false,\n', '', 'headers'],
  ].map(([file = '', find = '', replace = '', table = '']) =>
    hostile(http(file), find, replace, hostileTable(table)),
  ),
  hostile(
    http('header-fields'),
    "reply.header('connection', 'close')",
    "reply.header('x-last', 'yes')",
    'a connection makes so many requests and no more',
  ),
  hostile(http('server'), '      connectionsCheckingInterval: limits.timeoutCheckMs,\n', '', lost),
  hostile(
    http('server'),
    'headersTimeout: limits.headersTimeoutMs',
    'headersTimeout: 60_000',
    lost,
  ),
  hostile(
    http('server'),
    'requestTimeout: limits.requestTimeoutMs',
    'requestTimeout: 60_000',
    lost,
  ),
  hostile(
    http('server'),
    'keepAliveTimeout: limits.keepAliveTimeoutMs',
    'keepAliveTimeout: 60_000',
    'a connection that has nothing more to say is closed (CHECK-11)',
  ),
  hostile(
    http('errors'),
    "leftInTheMiddle(request) ? 'invalid-request' : problemOf(error)",
    'problemOf(error)',
    'none of it is an error of ours, and none of it stays in memory',
  ),
  ...["'x-frame-options': 'DENY',", "'cross-origin-embedder-policy': 'require-corp',"].map(
    (find) => ({
      control: 'CHECK-11' as const,
      file: http('security-headers'),
      find,
      replace: '',
      testFile: answersTest,
      test: 'the headers on every answer are the ones that were promised (CHECK-11)',
    }),
  ),
  ...[
    ['sign-out', '      await endSession(authorized.tx);\n', '', ended, 'AUTH-9'],
    ['sign-out', ".header('set-cookie', clearSessionCookie())", '', cookieTaken, 'AUTH-9'],
    [
      'sign-out',
      "      await recordChange(authorized, entityText('App::Session', authorized.caller.sessionId));\n",
      '',
      'signing out is on record (OBS-1)',
      'OBS-1',
    ],
    ['session-cookie', '; Max-Age=0', '', cookieTaken, 'AUTH-9'],
  ].map(([file = '', find = '', replace = '', test = '', control = '']) => ({
    control: control as Mutation['control'],
    file: http(file),
    find,
    replace,
    testFile: signOutTest,
    test,
  })),
  {
    control: 'AUTH-9',
    file: 'platform/src/sessions/sessions.ts',
    find: /^ *await store\.sweep\(.*\n/m,
    replace: '',
    testFile: sessionsTest,
    test: 'a sign-in sweeps sessions that are long dead, and no other (AUTH-9)',
  },
  {
    control: 'AUTH-9',
    file: 'platform/src/sessions/sessions.ts',
    find: 'limit ${atMost} for update',
    replace: 'limit ${atMost * 1000} for update',
    testFile: sessionsTest,
    test: 'a sweep takes a bounded number of sessions, so that no sign-in waits for all of them',
  },
  {
    control: 'AUTHZ-5',
    file: 'migrations/platform/0003_session.sql',
    find: 'risk smallint not null check',
    replace: 'risk smallint not null default 0 check',
    testFile: sessionsTest,
    test: 'the database refuses a session of which nobody said how risky it is (AUTHZ-5)',
  },
  ...[
    [
      'platform/src/http/server.ts',
      'trustProxy: trustedProxies.length > 0 && [...trustedProxies]',
      'trustProxy: true',
      proxiesTest,
      'the address is the one that a listed proxy saw: it comes past the proxy (AUTH-11)',
    ],
    [
      'platform/src/http/request-head.ts',
      'for (const name of NEVER_BELIEVED) delete request.headers[name];',
      '',
      proxiesTest,
      'the address is the one that a listed proxy saw: the proxy adds to a forged one (AUTH-11)',
    ],
    [
      'platform/src/http/request-head.ts',
      'if (isIP(request.ip) === 0)',
      'if (isIP(request.ip) > 6)',
      proxiesTest,
      'a listed proxy that passes on what is no address is refused',
    ],
    [
      'platform/src/http/origins.ts',
      ' || !origins.includes(origin)',
      '',
      corsTest,
      'an origin that is not listed is sent no header at all, and its preflight is refused',
    ],
    [
      'platform/src/http/origins.ts',
      "    reply.header('vary', 'Origin');\n",
      '',
      corsTest,
      'no cache hands the answer for one origin to another',
    ],
    ['platform/src/http/origins.ts', 'bits >= WIDEST[version]', 'bits >= 0', configTest, proxyList],
    ['platform/src/http/origins.ts', ' || isMapped(address)', '', configTest, proxyList],
    ['platform/src/http/origins.ts', '!isUnspecified(address)', 'true', configTest, proxyList],
    [
      'platform/src/http/origins.ts',
      ' && URL.parse(text)?.origin === text',
      '',
      configTest,
      originList,
    ],
  ].map(([file = '', find = '', replace = '', testFile = '', test = '']) => ({
    // Whose share a request takes is not the client's to say.
    control: testFile === proxiesTest ? ('AUTH-11' as const) : ('unclaimed' as const),
    file,
    find,
    replace,
    testFile,
    test,
  })),
  {
    control: 'CHECK-11',
    file: 'platform/src/http/json-body.ts',
    find: '    else if (!string) refuseNumber(Number(token));\n    else refuseString(',
    replace: '    else if (string) refuseString(',
    testFile: hostileTest,
    test: hostileTable('bodies'),
  },
];

function hostile(file: string, find: string, replace: string, test: string): Mutation {
  return { control: 'CHECK-11', file, find, replace, testFile: hostileTest, test };
}
