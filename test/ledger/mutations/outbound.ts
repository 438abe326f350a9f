import type { Mutation, Row } from './mutation.ts';
import { mutationOf } from './mutation.ts';
import { outboundEgressMutations } from './outbound-egress.ts';

const platform = 'platform/src/outbound-webhooks';
const module = 'services/api/modules/outbound-webhooks';
const own = 'services/api/modules/outbound-webhook-disk';
const subscribersTest = `${module}/subscribers.test.ts`;
const deliverTest = `${module}/deliver.test.ts`;
const signedTest = `${module}/signed.test.ts`;
const operateTest = `${module}/operate.test.ts`;
const verdictTest = `${platform}/verdict.test.ts`;
const migration = 'migrations/outbound-webhooks/0001_outbound_webhooks.sql';

const takeover =
  'while one key takes over from another both sign, and then the new one alone (HOOK-1)';
const ownKey =
  'what goes out is signed over its bytes, under the key of that subscriber alone (HOOK-1)';
const disabledAfter =
  'three days without a success disable, with a notice, and one success in between does not (OBS-1)';
const deadOne = 'one that is dead holds up one place of a worker, and soon none (HOOK-3)';
const eachAttempt =
  'each attempt has the same id and body, a time of its own, and a line in the log (HOOK-3)';
const toldOnce = 'a secret is told once, and stands in no log, no trail and no table (HOOK-6)';
const wallDown =
  'each statement names the tenant too, and finds nothing with the wall down (AUTHZ-1)';
const forgets = 'a statement that forgets the tenant finds nothing of another one (AUTHZ-1)';
const nobodyElse = 'nobody of another tenant, of another stream or disabled is told (AUTHZ-1)';
const ended = 'what an operator ends, the tenant sees and cannot begin again (OBS-1)';
const asked =
  'Retry-After is believed of 429 and 503, as seconds or as a date, and for a day at most';

const signing: readonly Row[] = [
  [
    `${platform}/store.ts`,
    '      and (ends_at is null or ends_at > now())\n',
    '',
    signedTest,
    takeover,
  ],
  [
    `${platform}/store.ts`,
    ' and subscriber = ${subscriber}\n      and (ends',
    '\n      and (ends',
    signedTest,
    ownKey,
  ],
  [
    `${module}/subscribers.ts`,
    'await store.endKeys(by.tx, row.id, overlapHours);',
    '',
    signedTest,
    'a key that leaked ends with the rotation, where no overlap is asked for (HOOK-1)',
  ],
  [
    `${platform}/keys.ts`,
    "return ['outbound-key', tenant, subscriber, id];",
    "return ['outbound-key'];",
    signedTest,
    'a key that was copied to another row opens nothing, and nothing goes out unsigned (HOOK-1)',
  ],
  [`${platform}/deliver.ts`, '...signed }', '}', signedTest, ownKey],
];

const delivering: readonly Row[] = [
  [
    `${platform}/deliver.ts`,
    'id: messageId(delivery.event)',
    "id: 'msg_' + performance.now().toFixed(0)",
    deliverTest,
    eachAttempt,
  ],
  [`${platform}/deliver.ts`, 'failures < PAUSED_AFTER', 'failures > 0', deliverTest, deadOne],
  [
    `${platform}/deliver.ts`,
    'Math.max(askedMs ?? 0, pauseAfter(failures))',
    'pauseAfter(failures)',
    deliverTest,
    'whoever asks for time is left alone for it, with all that is for them',
  ],
  [
    `${platform}/deliver.ts`,
    'failures >= DISABLED_AFTER_FAILURES && ',
    '',
    deliverTest,
    'days of failure are no reason while there were few attempts',
  ],
  [`${platform}/queue.ts`, '`${LANE}${String(subscriber)}`', 'undefined', deliverTest, deadOne],
  [`${platform}/stream.ts`, '${LANE} || id::text', 'null::text', deliverTest, deadOne],
  [`${platform}/verdict.ts`, 'Math.min(asked, LONGEST_ASKED_MS)', 'asked', verdictTest, asked],
  [`${platform}/verdict.ts`, 'MAY_ASK.has(status) ?', 'status > 0 ?', verdictTest, asked],
  [
    `${platform}/verdict.ts`,
    'status >= 200 && status < 300',
    'status >= 200 && status < 400',
    verdictTest,
    '2xx is received, 410 is goodbye, and everything else is tried again',
  ],
  [
    `${own}/events.ts`,
    'return publish(tx, stream, event, about);',
    'void publish(tx, stream, event, about).catch(() => {});\n  return Promise.resolve({ id: "", recipients: 1 });',
    `${own}/publish.test.ts`,
    'what is not as its type says is not published',
  ],
];

const secrets: readonly Row[] = [
  [
    `${module}/subscribers.ts`,
    'shownOnce({ ...subscriber, secret }, { ...subscriber, secret: null })',
    '({ ...subscriber, secret })',
    subscribersTest,
    toldOnce,
  ],
  [
    `${platform}/keys.ts`,
    'await keys.encrypt(KEY, Buffer.from(secret.reveal()), boundOf(holder, id))',
    'Buffer.from(secret.reveal())',
    subscribersTest,
    toldOnce,
  ],
  [
    'platform/src/http/idempotency.ts',
    'retold.get(answer as object) ?? answer',
    'answer',
    subscribersTest,
    toldOnce,
  ],
];

const tenants: readonly Row[] = [
  [
    `${module}/store.ts`,
    'where id = ${id} and tenant = ${caller.tenant} and stream = ${stream}',
    'where id = ${id} and stream = ${stream}',
    subscribersTest,
    wallDown,
  ],
  [
    `${platform}/stream.ts`,
    'where tenant = ${tenant} and stream = ${stream.id} and status',
    'where stream = ${stream.id} and status',
    subscribersTest,
    wallDown,
  ],
  [
    `${platform}/stream.ts`,
    ' and stream = ${stream.id} and status',
    ' and status',
    deliverTest,
    nobodyElse,
  ],
  [
    `${platform}/deliver.ts`,
    "if (due?.status !== 'enabled')",
    'if (!due)',
    deliverTest,
    nobodyElse,
  ],
  [
    migration,
    'alter table outbound_key force row level security;',
    'alter table outbound_key no force row level security;\nalter table outbound_key disable row level security;',
    subscribersTest,
    forgets,
  ],
  [
    `${module}/routes.ts`,
    "const hidden = { refusedAs: 'not-found' } as const;",
    'const hidden = {} as const;',
    subscribersTest,
    'a member, and an operator of another tenant, cannot tell that a subscriber exists (AUTHZ-1)',
  ],
  [
    'policies/outbound-webhooks.cedar',
    'permit (\n  principal in App::Role::"operator",\n  action in\n    [OutboundWebhooks::Action::"list"',
    'permit (\n  principal,\n  action in\n    [OutboundWebhooks::Action::"list"',
    `${own}/publish.test.ts`,
    'without a role that may, nobody has the events sent anywhere (AUTHZ-1)',
  ],
];

const records: readonly Row[] = [
  [
    `${platform}/deliver.ts`,
    'failingForMs >= DISABLED_AFTER_MS',
    'failingForMs < 0',
    deliverTest,
    disabledAfter,
  ],
  [
    `${platform}/deliver.ts`,
    'return store.noteSuccess(tx, delivery);',
    'return undefined;',
    deliverTest,
    disabledAfter,
  ],
  [
    `${platform}/deliver.ts`,
    "return disable(tx, delivery, 'gone');",
    'return undefined;',
    deliverTest,
    '410 disables at once, and what waits is not sent (OBS-1)',
  ],
  [`${platform}/deliver.ts`, '    detail: { reason },\n', '', deliverTest, disabledAfter],
  [`${module}/store.ts`, " and disabled_reason is distinct from 'service'", '', operateTest, ended],
  [
    `${module}/store.ts`,
    "disabled_reason = coalesce(disabled_reason, 'asked')",
    "disabled_reason = 'asked'",
    operateTest,
    ended,
  ],
];

/** What a subscriber may be, what it is told, and what would come through without each guard. */
export const outboundMutations: readonly Mutation[] = [
  ...outboundEgressMutations,
  ...signing.map((row) => mutationOf('HOOK-1', row)),
  ...delivering.map((row) => mutationOf('HOOK-3', row)),
  ...secrets.map((row) => mutationOf('HOOK-6', row)),
  ...tenants.map((row) => mutationOf('AUTHZ-1', row)),
  ...records.map((row) => mutationOf('OBS-1', row)),
];
