import { hmac, isMac, jsonObject, only, unixSeconds } from '@app/platform/webhooks/scheme';
import type { Scheme } from '@app/platform/webhooks/scheme';

const FIELD = /^[a-z][a-z0-9]*=[^=\s]+$/;
const EVENT_ID = /^evt_[A-Za-z0-9_]{1,200}$/;

/**
 * Signed: time and body, as `time.body`, and so the id that the body names. While a secret is rolled
 * there is one v1 for each; v0 and whatever else stands there is not looked at: a label that someone
 * puts on a signature must not choose how it is verified. (HOOK-1)
 * https://docs.stripe.com/webhooks#verify-manually
 */
export function stripe(): Scheme {
  return {
    name: 'stripe',
    headers: ['stripe-signature', 'content-type'],
    verify({ headers, body }, keys) {
      const fields = fieldsOf(only(headers, 'stripe-signature'));
      const [time, ...more] = valuesOf(fields, 't');
      const at = unixSeconds(time);
      if (more.length > 0 || !at) return undefined;
      const accepting = keys.find(({ secret }) => {
        const mac = hmac('sha256', secret.reveal(), `${time}.`, body);
        return valuesOf(fields, 'v1').some((given) => isMac(given, mac, 'hex'));
      });
      return accepting && { keyId: accepting.id, id: eventId(body), at, body };
    },
    retold,
  };
}

// All of them in form or none: a header that we read in part, somebody else may read in another part.
function fieldsOf(header: string | undefined): readonly string[] {
  const fields = header?.split(',') ?? [];
  return fields.every((field) => FIELD.test(field)) ? fields : [];
}

function valuesOf(fields: readonly string[], name: string): readonly string[] {
  return fields
    .filter((field) => field.startsWith(`${name}=`))
    .map((field) => field.slice(name.length + 1));
}

// How many endpoints still wait for the event is counted down while Stripe retries; it says nothing about the event.
function retold(body: Uint8Array): Uint8Array {
  const { pending_webhooks: _, ...event } = jsonObject(body) ?? {};
  return eventId(body) === undefined ? body : Buffer.from(JSON.stringify(event));
}

function eventId(body: Uint8Array): string | undefined {
  const id = jsonObject(body)?.['id'];
  return typeof id === 'string' && EVENT_ID.test(id) ? id : undefined;
}
