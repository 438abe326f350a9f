import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const outboundWebhooksEgressTest = 'platform/test/outbound-webhooks-egress.test.ts';

export const egressChosenMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/egress/chosen.ts', [
    [
      'HOOK-4',
      "if (url.protocol !== 'https:') return err('scheme');",
      '',
      outboundWebhooksEgressTest,
      'an address is https on a listed port of a whole public name (HOOK-4)',
    ],
    [
      'HOOK-4',
      "url.username !== '' || url.password !== '' || ",
      '',
      outboundWebhooksEgressTest,
      'an address is https on a listed port of a whole public name (HOOK-4)',
    ],
    [
      'HOOK-4',
      " || url.hash !== ''",
      '',
      outboundWebhooksEgressTest,
      'an address is https on a listed port of a whole public name (HOOK-4)',
    ],
    [
      'HOOK-4',
      "!== 0) return err('address-literal')",
      "=== 9) return err('address-literal')",
      outboundWebhooksEgressTest,
      'an address is https on a listed port of a whole public name (HOOK-4)',
    ],
    [
      'HOOK-4',
      "if (!PUBLIC_NAME.test(url.hostname)) return err('malformed');",
      '',
      outboundWebhooksEgressTest,
      'an address is https on a listed port of a whole public name (HOOK-4)',
    ],
    [
      'HOOK-4',
      "ports.includes(port) ? ok(url) : err('port')",
      'ok(url)',
      outboundWebhooksEgressTest,
      'an address is https on a listed port of a whole public name (HOOK-4)',
    ],
    [
      'HOOK-4',
      '!ADDRESS.test(text) || ',
      '',
      outboundWebhooksEgressTest,
      'an address is https on a listed port of a whole public name (HOOK-4)',
    ],
    [
      'HOOK-4',
      'if (!url.ok) throw denied(url.error);\n    const { origin, pathname, search } = url.value;',
      'const { origin, pathname, search } = new URL(address);',
      outboundWebhooksEgressTest,
      'an address is judged at each call, too (HOOK-4)',
    ],
    [
      'HOOK-4',
      "class: 'public'",
      "class: 'vpc'",
      outboundWebhooksEgressTest,
      'a name that leads inside is refused when it is connected to, and nobody is told its name (HOOK-4)',
    ],
    [
      'HOOK-4',
      '      reset: true,\n',
      '',
      outboundWebhooksEgressTest,
      'a message arrives as it was given, on a connection of its own, and the status alone is kept (HOOK-4)',
    ],
    [
      'HOOK-4',
      'dns.resolve6(host, collect(6));',
      'collect(6)(null, []);',
      outboundWebhooksEgressTest,
      'both families are asked, and what either of them says is judged (HOOK-4)',
    ],
    [
      'HOOK-4',
      "{ class: 'public', ...trusted }",
      "{ class: 'public', host: 'chosen', ...trusted }",
      outboundWebhooksEgressTest,
      'a name that leads inside is refused when it is connected to, and nobody is told its name (HOOK-4)',
    ],
    [
      'HOOK-4',
      'AbortSignal.timeout(limits.wholeMs)',
      'AbortSignal.timeout(1e6)',
      outboundWebhooksEgressTest,
      'whoever never answers is given up, and what never ends is not read to the end (HOOK-4)',
    ],
    [
      'HOOK-4',
      'if (!chosen) throw',
      'if (!folder) throw',
      outboundWebhooksEgressTest,
      'who may call whatever was chosen is whoever holds the way out, and the list stays a list (HOOK-4)',
    ],
  ]),
];
