import { Type } from 'typebox';
import type { SystemTx, TenantTx } from '@app/platform/database/database';
import type { EventOf, Published } from '@app/platform/outbound-webhooks/stream';
import { defineStream, publish } from '@app/platform/outbound-webhooks/stream';
import { strictObject } from '@app/platform/http/schemas';

// References, not records: whoever wants more fetches it over the API, as somebody who may read it. What is added here is
// told to every subscriber, and never taken back.
const Reference = strictObject({ id: Type.String({ minLength: 1, maxLength: 100 }) });

export const stream = defineStream({
  id: 'orders',
  types: {
    'orders.created': Reference,
    'orders.changed': Reference,
    'orders.deleted': Reference,
  },
});

/**
 * Tells the tenant's subscribers, in the transaction of what happened: both commit, or neither does. A job says whose
 * event it is, since its transaction does not. (HOOK-3)
 */
export function publishOrders(
  tx: TenantTx | SystemTx,
  event: EventOf<typeof stream.types>,
  about: { readonly tenant?: string } = {},
): Promise<Published> {
  return publish(tx, stream, event, about);
}
