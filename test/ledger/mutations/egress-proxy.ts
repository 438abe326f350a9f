import type { Mutation, Row } from './mutation.ts';
import { mutationOf } from './mutation.ts';

const proxy = 'platform/src/egress/proxy.ts';
const connect = 'platform/src/egress/connect.ts';
const config = 'services/api/config.ts';
const egress = 'platform/src/service/egress.ts';
const wayOut = 'services/api/modules/outbound-webhooks/way-out.ts';
const proxyTest = 'proofs/egress/proxy.test.ts';
const configuredTest = 'proofs/egress/configured-proxy.test.ts';
const chosenTest = 'proofs/egress/chosen-proxy.test.ts';

const far = 'the key, the authority and the name are judged at the far end of the tunnel (HOOK-4)';
const refusal =
  'a proxy that does not let through is one refusal, and nobody goes past it (HOOK-4)';
const isPrivate = 'the proxy is private, by what its name leads to as it is connected to (HOOK-4)';
const within = 'what is within our networks is reached without the proxy, as it is listed (HOOK-4)';
const before =
  'what is not listed, an address and a name of the inside are refused before the proxy is asked (HOOK-4)';
const configured =
  'the service and its commands go out through the proxy that is configured, and no other (HOOK-4)';
const sends = 'the service sends through the configured proxy, and a refusal names nobody (HOOK-4)';

const rows: readonly Row[] = [
  // Who goes through it.
  [
    connect,
    'proxy && isOutside(entry)',
    'proxy && isOutside(entry) && entry.pins',
    proxyTest,
    'a public place is reached through the proxy, and its name is not resolved here (HOOK-4)',
  ],
  [connect, 'proxy && isOutside(entry)', 'proxy', proxyTest, within],
  [connect, "kind === 'public' && !loopback", 'kind === kind && !loopback', proxyTest, within],
  // Whom it believes at the far end.
  [connect, 'secure: buildConnector(secure)', 'secure: buildConnector({})', proxyTest, far],
  // Whether it let through.
  [proxy, 'statusCode === 200', 'statusCode < 300', proxyTest, refusal],
  [proxy, 'headers: { host: place }, signal }', 'headers: { host: place } }', proxyTest, refusal],
  [
    proxy,
    'error instanceof EgressDenied ? error : refused()',
    'error as Error',
    proxyTest,
    refusal,
  ],
  [
    proxy,
    'callback(error instanceof EgressDenied ? error : refused(), null);',
    'refused(); secure(target, callback); void error;',
    proxyTest,
    refusal,
  ],
  // Where it may be.
  [
    proxy,
    'if (isIP(proxy.host) !== 0 && !mayReach(proxy.reach, proxy.host)) throw refused();',
    '',
    proxyTest,
    isPrivate,
  ],
  [
    proxy,
    'connect: { timeout: connectMs, lookup, autoSelectFamily: true }',
    'connect: { timeout: connectMs, lookup: (lookup, proxy.resolve as never) }',
    proxyTest,
    isPrivate,
  ],
  [proxy, "'loopback' : 'private'", "'loopback' : 'vpc'", proxyTest, isPrivate],
  [proxy, "? 'loopback' : 'private'", "? 'private' : 'private'", proxyTest, isPrivate],
  // What it is asked for.
  [proxy, "if (isIP(host) !== 0) throw denied('address-literal', listed);", '', proxyTest, before],
  [proxy, 'labels.length < 2 || ', '', proxyTest, before],
  [proxy, "labels.includes('') || ", '', proxyTest, before],
  [proxy, ' || INSIDE.has(String(labels.at(-1)))', '', proxyTest, before],
  // That it is the configured one.
  [
    egress,
    'receiverEntries({ receivers })], { proxy })',
    'receiverEntries({ receivers })])',
    configuredTest,
    configured,
  ],
  [
    egress,
    'receivers, egressProxy: proxy.value }',
    'receivers, egressProxy: undefined }',
    configuredTest,
    configured,
  ],
  [
    egress,
    'if (!proxy.ok) return openEgress([]);',
    "if (!proxy.ok) return wayOutOf({ profile: 'production', receivers: readReceivers(source), egressProxy: undefined }, folder);",
    configuredTest,
    'a proxy that is not understood lets no command out (HOOK-4)',
  ],
  [
    config,
    "'^http://([a-z0-9.-]+|\\\\[[0-9a-f:]+\\\\]):[1-9][0-9]{0,4}$'",
    "'^http'",
    'services/api/config.test.ts',
    'a proxy is named by http, host and port, without a password (HOOK-4)',
  ],
  [wayOut, 'proxyAt(proxy.value)', '(proxyAt, undefined)', chosenTest, sends],
  [
    wayOut,
    "if (!proxy.ok) throw new Error(proxy.error.join('\\n'));",
    'if (!proxy.ok) return openChosen(CHOSEN);',
    chosenTest,
    sends,
  ],
];

export const egressProxyMutations: readonly Mutation[] = rows.map((row) =>
  mutationOf('HOOK-4', row),
);
