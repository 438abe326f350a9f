import { type Mutation, type Row, mutationOf } from './mutation.ts';

const dispatcher = 'platform/src/egress/dispatcher.ts';
const connect = 'platform/src/egress/connect.ts';
const lookup = 'platform/src/egress/connect.ts';
const answer = 'platform/src/egress/dispatcher.ts';
const addresses = 'platform/src/egress/addresses.ts';
const shards = 'platform/src/egress/hosts.ts';
const entry = 'platform/src/egress/hosts.ts';
const egress = 'platform/src/egress/guard.ts';
const calls = 'services/api/modules/integration-disk/calls.ts';
const refusalsTest = 'proofs/egress/refusals.test.ts';
const pinsTest = 'proofs/egress/pins.test.ts';
const processTest = 'proofs/egress/process.test.ts';
const addressesTest = 'proofs/egress/addresses.test.ts';
const shardsTest = 'proofs/egress/shards.test.ts';
const wayOutTest = 'test/invariants/one-way-out.test.ts';
const clientTest = 'services/api/modules/integration-disk/client.test.ts';

const unlisted = 'what is not listed is refused: host, port, scheme, address (HOOK-4)';
const credentials = 'credentials are reached by their class alone (HOOK-4)';
const mixed = 'an answer of public and private addresses is refused whole (HOOK-4)';
const slow =
  'headers that never come, a body that pauses, and one that drips are given up (HOOK-4)';
const large =
  'an answer that is too large is cut off, and one that could unpack to more is not taken (HOOK-4)';
const special =
  'a special range is refused from its first address to its last, and not beyond (HOOK-4)';
const disguised = 'an address in disguise is refused, and so is what is none (HOOK-4)';
const vpc = 'class vpc reaches private addresses, and neither link-local nor metadata (HOOK-4)';
const unclear = 'a shard that says anything unclear stops the start (HOOK-4)';
const everything =
  'whatever calls out passes the one way, with variables that name a proxy or without (HOOK-4)';
const retried =
  'what reads or has a key is tried again, under the same key, and three times at most (HOOK-4)';

const rows: readonly Row[] = [
  // What may be called.
  [dispatcher, 'listed === asked', 'listed > 0', refusalsTest, unlisted],
  [dispatcher, "protocol !== 'https:' &&", 'false &&', refusalsTest, unlisted],
  [dispatcher, '!mayHold(entry)', 'false', refusalsTest, credentials],
  [
    dispatcher,
    "new Set(['host', 'accept-encoding'])",
    "new Set(['accept-encoding'])",
    refusalsTest,
    'whoever sends a Host or a server name of their own reaches nobody else by it (HOOK-4)',
  ],
  [
    dispatcher,
    '{ ...asked, headers,',
    '{ ...options, headers,',
    refusalsTest,
    'whoever sends a Host or a server name of their own reaches nobody else by it (HOOK-4)',
  ],
  [dispatcher, "'accept-encoding', 'identity'", "'accept-encoding', 'gzip'", refusalsTest, large],
  [
    dispatcher,
    "if (options.upgrade || options.method === 'CONNECT')",
    'if (!entry)',
    refusalsTest,
    'an upgrade is refused, whatever is spoken after it (HOOK-4)',
  ],
  [
    dispatcher,
    "!options.path.startsWith('/')",
    'options.path === undefined',
    refusalsTest,
    'a listed place is not asked to pass a call on (HOOK-4)',
  ],
  // Where a name may lead.
  [lookup, 'addresses.every(', 'addresses.some(', refusalsTest, mixed],
  [
    lookup,
    '!addresses.every(({ address }) => mayReach(reach, address))',
    'reach === undefined',
    refusalsTest,
    'a name that leads to this machine is refused when it is connected to (HOOK-4)',
  ],
  [connect, '    lookup: onlyWithin(entry, resolve),\n', '', refusalsTest, mixed],
  [addresses, "  ['169.254.0.0', 16],\n", '', addressesTest, special],
  [addresses, "  ['100.64.0.0', 10],\n  ['127", "  ['127", addressesTest, special],
  [addresses, "  ['2002::', 16],\n", '', addressesTest, special],
  [addresses, "|| address.includes('%')", '', addressesTest, disguised],
  [addresses, "[['fd00:ec2::', 32]]", '[]', addressesTest, vpc],
  [addresses, "[['100.100.100.200', 32]]", '[]', addressesTest, vpc],
  // Whom it believes.
  [
    connect,
    'pins.spki.includes(pinOf(certificate))',
    'certificate.raw',
    pinsTest,
    'another key under a trusted certificate of the same name is refused (HOOK-4)',
  ],
  [
    connect,
    'if (wrongName) return wrongName;',
    '',
    pinsTest,
    'the pinned key under a certificate of another name is refused (HOOK-4)',
  ],
  [
    connect,
    "minVersion: 'TLSv1.2'",
    "minVersion: 'TLSv1.1'",
    pinsTest,
    'TLS before 1.2 is not spoken, whatever Node is told (HOOK-4)',
  ],
  [
    connect,
    'rejectUnauthorized: true,',
    '',
    pinsTest,
    'an authority that is not the listed one is not believed, whatever the environment says (HOOK-4)',
  ],
  [
    connect,
    'maxCachedSessions: 0, ',
    '',
    pinsTest,
    'a session that is resumed gets past no pin (HOOK-4)',
  ],
  // How long, and how much.
  [dispatcher, 'headersMs: headersTimeout', 'wholeMs: headersTimeout', refusalsTest, slow],
  [dispatcher, 'pauseMs: bodyTimeout', 'wholeMs: bodyTimeout', refusalsTest, slow],
  [answer, 'setTimeout(late, this.#wholeMs)', 'setTimeout(late, 1e6)', refusalsTest, slow],
  [connect, '    maxResponseSize: limits.answerBytes,\n', '', refusalsTest, large],
  [answer, /if \(isCompressed\(headers\)\)/, 'if (!headers)', refusalsTest, large],
  // That there is no other way.
  [egress, "['undici.globalDispatcher.1', ", '[', processTest, everything],
  [egress, 'value: dispatcher, writable: false', 'value: dispatcher', processTest, everything],
  [
    egress,
    'dispatcher: dispatcher as never',
    'dispatcher: init?.dispatcher ?? (dispatcher as never)',
    processTest,
    everything,
  ],
  [
    egress,
    "init?.redirect ?? 'error'",
    "init?.redirect ?? 'follow'",
    refusalsTest,
    'a redirect is not followed, and whoever follows one stays on the list (HOOK-4)',
  ],
  [
    'platform/src/service/serve.ts',
    /^ {2}guardEgress\(config, log\);.*\n/m,
    '',
    processTest,
    'the service starts behind it, its telemetry gets through, and a refusal is an event without an address (HOOK-4, HOOK-6)',
  ],
  [
    'platform/src/http/origins.ts',
    "import { isIPv4, isIPv6 } from 'node:net';",
    "import { connect, isIPv4, isIPv6 } from 'node:net';\nvoid connect;",
    wayOutTest,
    'nothing but the one way out imports what can call out (HOOK-4)',
  ],
  [
    'platform/src/http/origins.ts',
    "import { isIPv4, isIPv6 } from 'node:net';",
    "import { spawn } from 'node:child_process';\nimport { isIPv4, isIPv6 } from 'node:net';\nvoid spawn;",
    wayOutTest,
    'nothing of the service starts a process or a thread, which would call out unguarded (HOOK-4)',
  ],
  [
    'platform/src/http/logging.ts',
    'const { caller, method, routeOptions } = request;',
    "const { caller, method, routeOptions } = request;\n    (await import('node:net')).connect(1, '127.0.0.1').on('error', () => {});",
    'proofs/egress/nothing-leaves.test.ts',
    'no request makes the service call anybody, whatever it holds (HOOK-4)',
  ],
  // What a shard may say.
  [entry, 'const FEWEST_PINS = 2;', 'const FEWEST_PINS = 1;', shardsTest, unclear],
  [entry, 'additionalProperties: false', 'additionalProperties: true', shardsTest, unclear],
  [shards, "return 'the host is not a whole name.';", 'return undefined;', shardsTest, unclear],
  [
    shards,
    'pins && !pins.reportOnly &&',
    'false &&',
    shardsTest,
    'pins that have expired stop the start, unless they only report (HOOK-4)',
  ],
  [
    shards,
    '!CREDENTIAL_ADDRESSES.has(host)',
    'host === undefined',
    shardsTest,
    'the class of credentials holds their documented addresses and nothing else (HOOK-4)',
  ],
  [
    shards,
    'local || !loopback',
    'local || loopback !== undefined || !loopback',
    shardsTest,
    "an entry for this machine exists on a developer's machine only (HOOK-4)",
  ],
  // A client of somebody else's service.
  [
    calls,
    "call.method === 'GET' || call.key !== undefined ? again : once",
    'again',
    clientTest,
    'what has no key is tried once (HOOK-4)',
  ],
  [calls, 'maxAttempts: most.retries', 'maxAttempts: 9', clientTest, retried],
  [
    calls,
    'new ConsecutiveBreaker(most.failuresInARow)',
    'new ConsecutiveBreaker(1_000)',
    clientTest,
    'after failures in a row nobody is asked for a while (HOOK-4)',
  ],
  [
    calls,
    'if (error instanceof EgressDenied) throw error;',
    '',
    clientTest,
    'a host that is not listed is an error, and not a failure to try again (HOOK-4)',
  ],
  [
    calls,
    "Value.Check(schema, value) ? ok(value as Static<Answer>) : err('unclear')",
    'ok(value as Static<Answer>)',
    clientTest,
    'a refusal is not tried again, and an answer of another shape is none (HOOK-4)',
  ],
];

const rotated =
  'a token that was rotated is taken at once, and one that was not is shown once (HOOK-6)';

const tokens: readonly Row[] = [
  [calls, 'response.status !== REFUSES_TOKEN', 'response.status > 0', clientTest, rotated],
  [calls, '{ refused: token }', '{}', clientTest, rotated],
  [calls, 'newer.equals(token.reveal()) ? response : ', '', clientTest, rotated],
];

export const egressMutations: readonly Mutation[] = [
  ...tokens.map((row) => mutationOf('HOOK-6', row)),
  ...rows.map((row) => mutationOf('HOOK-4', row)),
];
