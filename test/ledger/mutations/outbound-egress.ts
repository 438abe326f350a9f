import type { Mutation, Row } from './mutation.ts';
import { mutationOf } from './mutation.ts';

const platform = 'platform/src/outbound-webhooks';
const module = 'services/api/modules/outbound-webhooks';
const chosen = 'platform/src/egress/chosen.ts';
const chosenTest = 'proofs/egress/chosen.test.ts';
const subscribersTest = `${module}/subscribers.test.ts`;
const verdictTest = `${platform}/verdict.test.ts`;
const address = 'an address is https on a listed port of a whole public name (HOOK-4)';
const inside =
  'a name that leads inside is refused when it is connected to, and nobody is told its name (HOOK-4)';
const endless =
  'whoever never answers is given up, and what never ends is not read to the end (HOOK-4)';
const bothFamilies = 'both families are asked, and what either of them says is judged (HOOK-4)';

const egress: readonly Row[] = [
  // What may be chosen.
  [chosen, "if (url.protocol !== 'https:') return err('scheme');", '', chosenTest, address],
  [chosen, "url.username !== '' || url.password !== '' || ", '', chosenTest, address],
  [chosen, " || url.hash !== ''", '', chosenTest, address],
  [
    chosen,
    "!== 0) return err('address-literal')",
    "=== 9) return err('address-literal')",
    chosenTest,
    address,
  ],
  [
    chosen,
    "if (!PUBLIC_NAME.test(url.hostname)) return err('malformed');",
    '',
    chosenTest,
    address,
  ],
  [chosen, "ports.includes(port) ? ok(url) : err('port')", 'ok(url)', chosenTest, address],
  [chosen, '!ADDRESS.test(text) || ', '', chosenTest, address],
  [
    chosen,
    'if (!url.ok) throw denied(url.error);\n    const { origin, pathname, search } = url.value;',
    'const { origin, pathname, search } = new URL(address);',
    chosenTest,
    'an address is judged at each call, too (HOOK-4)',
  ],
  [
    `${module}/subscribers.ts`,
    'if (!address.ok)',
    'if (false as boolean && !address.ok)',
    subscribersTest,
    'an address that a guard would refuse is not even kept (HOOK-4)',
  ],
  // Where it leads.
  [chosen, "class: 'public'", "class: 'vpc'", chosenTest, inside],
  [
    chosen,
    '      reset: true,\n',
    '',
    chosenTest,
    'a message arrives as it was given, on a connection of its own, and the status alone is kept (HOOK-4)',
  ],
  [chosen, 'dns.resolve6(host, collect(6));', 'collect(6)(null, []);', chosenTest, bothFamilies],
  [
    chosen,
    "{ class: 'public', ...trusted }",
    "{ class: 'public', host: 'chosen', ...trusted }",
    chosenTest,
    inside,
  ],
  // How long, and how much.
  [chosen, 'AbortSignal.timeout(limits.wholeMs)', 'AbortSignal.timeout(1e6)', chosenTest, endless],
  [
    chosen,
    'if (!chosen) throw',
    'if (!folder) throw',
    chosenTest,
    'who may call whatever was chosen is whoever holds the way out, and the list stays a list (HOOK-4)',
  ],
  [
    `${platform}/verdict.ts`,
    "if (error instanceof EgressDenied) return 'unreachable';",
    "if (error instanceof EgressDenied) return 'certificate';",
    verdictTest,
    'a fault is one of four words, and tells nothing of what lies inside (HOOK-4)',
  ],
];

/** Where subscribers' own addresses may lead, and where not. */
export const outboundEgressMutations: readonly Mutation[] = egress.map((row) =>
  mutationOf('HOOK-4', row),
);
