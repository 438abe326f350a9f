import { drawSecret, hmac, isMac, only } from '@app/platform/webhooks/scheme';
import type { Scheme } from '@app/platform/webhooks/scheme';

/**
 * Signed: the body, and nothing else. Neither time nor delivery id nor the name of the event is:
 * whoever holds one delivery can send it again under other ones, so they are kept, and never acted
 * on. The older SHA-1 header is not looked at. (HOOK-1)
 * https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function github(): Scheme {
  return {
    name: 'github',
    headers: [
      'x-hub-signature-256',
      'x-github-delivery',
      'x-github-event',
      'x-github-hook-id',
      'content-type',
    ],
    verify({ headers, body }, keys) {
      const [, given] = /^sha256=(.+)$/s.exec(only(headers, 'x-hub-signature-256') ?? '') ?? [];
      if (given === undefined) return undefined;
      const accepting = keys.find(({ secret }) =>
        isMac(given, hmac('sha256', secret.reveal(), body), 'hex'),
      );
      return accepting && { keyId: accepting.id, body };
    },
    newSecret: () => drawSecret('hex'),
  };
}
