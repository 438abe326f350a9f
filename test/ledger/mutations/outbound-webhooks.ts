import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const outboundWebhooksTest = 'platform/test/outbound-webhooks.test.ts';
const verdictTest = 'proofs/outbound-webhooks/verdict.test.ts';
const deliverTest = 'proofs/outbound-webhooks/deliver.test.ts';
const subscribersTest = 'proofs/outbound-webhooks/subscribers.test.ts';
const operateTest = 'proofs/outbound-webhooks/operate.test.ts';

export const outboundWebhooksMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/outbound-webhooks/subscribers.ts', [
    [
      'HOOK-4',
      'if (!address.ok)',
      'if (false as boolean && !address.ok)',
      outboundWebhooksTest,
      'an address that a guard would refuse is not even kept (HOOK-4)',
    ],
    [
      'HOOK-1',
      'await store.endKeys(by.tx, row.id, overlapHours);',
      '',
      outboundWebhooksTest,
      'a key that leaked ends with the rotation, where no overlap is asked for (HOOK-1)',
    ],
    [
      'HOOK-6',
      'shownOnce({ ...subscriber, secret }, { ...subscriber, secret: null })',
      '({ ...subscriber, secret })',
      outboundWebhooksTest,
      'a secret is told once, and stands in no log, no trail and no table (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/outbound-webhooks/verdict.ts', [
    [
      'HOOK-4',
      "if (error instanceof EgressDenied) return 'unreachable';",
      "if (error instanceof EgressDenied) return 'certificate';",
      verdictTest,
      'a fault is one of four words, and tells nothing of what lies inside (HOOK-4)',
    ],
    [
      'HOOK-3',
      'Math.min(asked, LONGEST_ASKED_MS)',
      'asked',
      verdictTest,
      'Retry-After is believed of 429 and 503, as seconds or as a date, and for a day at most',
    ],
    [
      'HOOK-3',
      'MAY_ASK.has(status) ?',
      'status > 0 ?',
      verdictTest,
      'Retry-After is believed of 429 and 503, as seconds or as a date, and for a day at most',
    ],
    [
      'HOOK-3',
      'status >= 200 && status < 300',
      'status >= 200 && status < 400',
      verdictTest,
      '2xx is received, 410 is goodbye, and everything else is tried again',
    ],
  ]),
  ...mutationsOf('platform/src/outbound-webhooks/delivery-store.ts', [
    [
      'HOOK-1',
      '      and (ends_at is null or ends_at > now())\n',
      '',
      outboundWebhooksTest,
      'while one key takes over from another both sign, and then the new one alone (HOOK-1)',
    ],
    [
      'HOOK-1',
      ' and subscriber = ${subscriber}\n      and (ends',
      '\n      and (ends',
      outboundWebhooksTest,
      'what goes out is signed over its bytes, under the key of that subscriber alone (HOOK-1)',
    ],
    [
      'HOOK-3',
      '`${LANE}${String(subscriber)}`',
      'undefined',
      deliverTest,
      'one that is dead holds up one place of a worker, and soon none (HOOK-3)',
    ],
  ]),
  ...mutationsOf('platform/src/outbound-webhooks/keys.ts', [
    [
      'HOOK-1',
      "return ['outbound-key', tenant, subscriber, id];",
      "return ['outbound-key'];",
      outboundWebhooksTest,
      'a key that was copied to another row opens nothing, and nothing goes out unsigned (HOOK-1)',
    ],
    [
      'HOOK-6',
      'await keys.encrypt(KEY, Buffer.from(secret.reveal()), boundOf(holder, id))',
      'Buffer.from(secret.reveal())',
      outboundWebhooksTest,
      'a secret is told once, and stands in no log, no trail and no table (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/outbound-webhooks/deliver.ts', [
    [
      'HOOK-1',
      '...signed }',
      '}',
      outboundWebhooksTest,
      'what goes out is signed over its bytes, under the key of that subscriber alone (HOOK-1)',
    ],
    [
      'HOOK-3',
      'id: messageId(delivery.event)',
      "id: 'msg_' + performance.now().toFixed(0)",
      deliverTest,
      'each attempt has the same id and body, a time of its own, and a line in the log (HOOK-3)',
    ],
    [
      'HOOK-3',
      'failures < PAUSED_AFTER',
      'failures > 0',
      deliverTest,
      'one that is dead holds up one place of a worker, and soon none (HOOK-3)',
    ],
    [
      'HOOK-3',
      'Math.max(askedMs ?? 0, pauseAfter(failures))',
      'pauseAfter(failures)',
      deliverTest,
      'whoever asks for time is left alone for it, with all that is for them',
    ],
    [
      'HOOK-3',
      'failures >= DISABLED_AFTER_FAILURES && ',
      '',
      deliverTest,
      'days of failure are no reason while there were few attempts',
    ],
    [
      'AUTHZ-1',
      "if (due?.status !== 'enabled')",
      'if (!due)',
      outboundWebhooksTest,
      'nobody of another tenant, of another stream or disabled is told (AUTHZ-1)',
    ],
    [
      'OBS-1',
      'failingForMs >= DISABLED_AFTER_MS',
      'failingForMs < 0',
      deliverTest,
      'three days without a success disable, with a notice, and one success in between does not (OBS-1)',
    ],
    [
      'OBS-1',
      'return store.noteSuccess(tx, delivery);',
      'return undefined;',
      deliverTest,
      'three days without a success disable, with a notice, and one success in between does not (OBS-1)',
    ],
    [
      'OBS-1',
      "return disable(tx, delivery, 'gone');",
      'return undefined;',
      outboundWebhooksTest,
      '410 disables at once, and what waits is not sent (OBS-1)',
    ],
    [
      'OBS-1',
      '    detail: { reason },\n',
      '',
      deliverTest,
      'three days without a success disable, with a notice, and one success in between does not (OBS-1)',
    ],
  ]),
  ...mutationsOf('platform/src/outbound-webhooks/stream.ts', [
    [
      'HOOK-3',
      '${LANE} || id::text',
      'null::text',
      deliverTest,
      'one that is dead holds up one place of a worker, and soon none (HOOK-3)',
    ],
    [
      'AUTHZ-1',
      'where tenant = ${tenant} and stream = ${stream.id} and status',
      'where stream = ${stream.id} and status',
      subscribersTest,
      'each statement names the tenant too, and finds nothing with the wall down (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      ' and stream = ${stream.id} and status',
      ' and status',
      outboundWebhooksTest,
      'nobody of another tenant, of another stream or disabled is told (AUTHZ-1)',
    ],
  ]),
  ...mutationsOf('platform/src/outbound-webhooks/subscriber-store.ts', [
    [
      'AUTHZ-1',
      'where id = ${id} and tenant = ${caller.tenant} and stream = ${stream}',
      'where id = ${id} and stream = ${stream}',
      subscribersTest,
      'each statement names the tenant too, and finds nothing with the wall down (AUTHZ-1)',
    ],
    [
      'OBS-1',
      " and disabled_reason is distinct from 'service'",
      '',
      operateTest,
      'what an operator ends, the tenant sees and cannot begin again (OBS-1)',
    ],
    [
      'OBS-1',
      "disabled_reason = coalesce(disabled_reason, 'asked')",
      "disabled_reason = 'asked'",
      operateTest,
      'what an operator ends, the tenant sees and cannot begin again (OBS-1)',
    ],
  ]),
  ...mutationsOf('platform/src/outbound-webhooks/routes.ts', [
    [
      'AUTHZ-1',
      "const hidden = { refusedAs: 'not-found' } as const;",
      'const hidden = {} as const;',
      outboundWebhooksTest,
      'a member, and an operator of another tenant, cannot tell that a subscriber exists (AUTHZ-1)',
    ],
  ]),
];
