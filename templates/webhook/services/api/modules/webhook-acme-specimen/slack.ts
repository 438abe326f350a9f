import { hmac, isMac, jsonObject, only, unixSeconds } from '@app/platform/webhooks/scheme';
import type { Scheme, Signed } from '@app/platform/webhooks/scheme';

const CHALLENGE = /^[A-Za-z0-9_-]{1,200}$/;
const EVENT_ID = /^Ev[A-Za-z0-9]{1,60}$/;

/**
 * Signed: time and body, as `v0:time:body`. An event names its id in the body; commands and actions
 * have none. (HOOK-1)
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function slack(): Scheme {
  return {
    name: 'slack',
    headers: [
      'x-slack-signature',
      'x-slack-request-timestamp',
      'x-slack-retry-num',
      'x-slack-retry-reason',
      'content-type',
    ],
    verify({ headers, body }, keys) {
      const time = only(headers, 'x-slack-request-timestamp');
      const at = unixSeconds(time);
      const [, given] = /^v0=(.+)$/s.exec(only(headers, 'x-slack-signature') ?? '') ?? [];
      if (!at || given === undefined) return undefined;
      const accepting = keys.find(({ secret }) =>
        isMac(given, hmac('sha256', secret.reveal(), `v0:${time}:`, body), 'hex'),
      );
      return accepting && { keyId: accepting.id, id: eventId(body), at, body };
    },
    handshake,
  };
}

// Asked once, when the address is entered at Slack. Anything but a plain word is not repeated.
function handshake({ body }: Signed): Record<string, string> | undefined {
  const { type, challenge } = jsonObject(body) ?? {};
  const isAsked = type === 'url_verification' && typeof challenge === 'string';
  return isAsked && CHALLENGE.test(challenge) ? { challenge } : undefined;
}

function eventId(body: Uint8Array): string | undefined {
  const id = jsonObject(body)?.['event_id'];
  return typeof id === 'string' && EVENT_ID.test(id) ? id : undefined;
}
