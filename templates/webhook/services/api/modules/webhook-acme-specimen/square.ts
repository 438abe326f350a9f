import { hmac, isMac, jsonObject, only } from '@app/platform/webhooks/scheme';
import type { Scheme } from '@app/platform/webhooks/scheme';

const EVENT_ID = /^[A-Za-z0-9-]{1,100}$/;

/**
 * Signed: our public address and the body, with nothing between them, and so the id that the body
 * names. Only a body that is a whole JSON object is taken: the end of a query could be the beginning
 * of another one. (HOOK-1)
 * https://developer.squareup.com/docs/webhooks/step3validate
 */
export function square(): Scheme {
  return {
    name: 'square',
    headers: ['x-square-hmacsha256-signature', 'square-retry-number', 'content-type'],
    verify({ headers, url, body }, keys) {
      const given = only(headers, 'x-square-hmacsha256-signature');
      if (given === undefined) return undefined;
      const accepting = keys.find(({ secret }) =>
        isMac(given, hmac('sha256', secret.reveal(), url.href, body), 'base64'),
      );
      const event = accepting && jsonObject(body);
      return event && { keyId: accepting.id, id: eventId(event), body };
    },
  };
}

function eventId({ event_id: id }: Record<string, unknown>): string | undefined {
  return typeof id === 'string' && EVENT_ID.test(id) ? id : undefined;
}
