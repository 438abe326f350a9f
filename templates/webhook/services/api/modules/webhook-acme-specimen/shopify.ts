import { hmac, isMac, only } from '@app/platform/webhooks/scheme';
import type { Scheme } from '@app/platform/webhooks/scheme';

/**
 * Signed: the body, and nothing else. Topic, shop, time and both ids come in headers that anybody who
 * holds one delivery can change; what matters has to be read from the body, or asked back. (HOOK-1)
 * https://shopify.dev/docs/apps/build/webhooks/verify-deliveries
 */
export function shopify(): Scheme {
  return {
    name: 'shopify',
    headers: [
      'x-shopify-hmac-sha256',
      'x-shopify-event-id',
      'x-shopify-shop-domain',
      'x-shopify-topic',
      'x-shopify-webhook-id',
      'content-type',
    ],
    verify({ headers, body }, keys) {
      const given = only(headers, 'x-shopify-hmac-sha256');
      if (given === undefined) return undefined;
      const accepting = keys.find(({ secret }) =>
        isMac(given, hmac('sha256', secret.reveal(), body), 'base64'),
      );
      return accepting && { keyId: accepting.id, body };
    },
  };
}
