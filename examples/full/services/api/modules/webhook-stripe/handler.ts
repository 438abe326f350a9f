import { sql } from 'kysely';
import type { SystemTx } from '@app/platform/database/database';
import type { Handled, VerifiedWebhook } from '@app/platform/webhooks/webhooks';
import type { Payload } from './payloads.ts';
import { typeOf } from './payloads.ts';

// Called once for each delivery, and again for one that an operator replays: that changes nothing. What it writes commits
// together with the end of its job; what has to happen elsewhere is another job. (HOOK-3)
export async function handle(tx: SystemTx, webhook: VerifiedWebhook<Payload>): Handled {
  await sql`
    insert into webhook_stripe_event (delivery, type, received_at)
    values (${webhook.delivery}, ${typeOf(webhook.payload)}, ${webhook.receivedAt})
    on conflict (delivery) do nothing
  `.execute(tx.sql);
}
