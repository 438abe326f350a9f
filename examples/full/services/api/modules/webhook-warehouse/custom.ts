import {
  drawSecret,
  hmac,
  isMac,
  only,
  unixMilliseconds,
  unixSeconds,
} from '@app/platform/webhooks/scheme';
import type { MacEncoding, Scheme } from '@app/platform/webhooks/scheme';

export interface CustomScheme {
  readonly signature: {
    readonly header: string;
    readonly encoding: MacEncoding;
    readonly prefix: string;
  };
  // In the sender's order: '{timestamp}.{body}'.
  readonly signed: string;
  readonly timestamp?: { readonly header: string; readonly unit: 's' | 'ms' };
  readonly id?: { readonly header: string };
}

const PLACEHOLDER = /(\{[a-z]+\})/;
const HEADER = /^[a-z0-9-]+$/;
const ID = /^[A-Za-z0-9_-]{1,256}$/;
// What no id and no time contains, and so ends them. Without it a digit could leave the body for the
// time, and the signature would still hold.
const BORDER = /^[^A-Za-z0-9_-](?:.*[^A-Za-z0-9_-])?$/s;

/**
 * HMAC-SHA256. Signed: what the template says, in which the body is always, time and id only if the
 * sender signs them. A header outside of the template proves nothing and is no time and no id. (HOOK-1)
 */
export function custom({ signature, signed, timestamp, id }: CustomScheme): Scheme {
  const template = signed.split(PLACEHOLDER);
  requireUnambiguous(template, timestamp !== undefined, id !== undefined);
  const named = [signature, timestamp, id].flatMap((source) => source?.header ?? []);
  if (!named.every((header) => HEADER.test(header)))
    throw new TypeError('Deliveries have their headers under names in lower case.');
  return {
    name: 'custom',
    headers: [...named, 'content-type'],
    verify({ headers, body }, keys) {
      const given = only(headers, signature.header);
      const time = timestamp && only(headers, timestamp.header);
      const at = timestamp?.unit === 'ms' ? unixMilliseconds(time) : unixSeconds(time);
      const name = id && only(headers, id.header);
      if (!given?.startsWith(signature.prefix) || (timestamp && !at)) return undefined;
      if (id && !ID.test(name ?? '')) return undefined;
      const content = template.map((part) => {
        if (part === '{body}') return body;
        return part === '{timestamp}' ? `${time}` : part === '{id}' ? `${name}` : part;
      });
      const mac = given.slice(signature.prefix.length);
      const accepting = keys.find(({ secret }) =>
        isMac(mac, hmac('sha256', secret.reveal(), ...content), signature.encoding),
      );
      return accepting && { keyId: accepting.id, id: name, at, body };
    },
    newSecret: () => drawSecret('hex'),
  };
}

function requireUnambiguous(template: readonly string[], hasTime: boolean, hasId: boolean): void {
  const expected = ['{body}', ...(hasTime ? ['{timestamp}'] : []), ...(hasId ? ['{id}'] : [])];
  const placed = template.filter((_, index) => index % 2 === 1);
  if (placed.toSorted().join() !== expected.toSorted().join())
    throw new TypeError(`The template has to sign each of ${expected.join(', ')} once.`);
  const between = template.filter((_, index) => index % 2 === 0).slice(1, -1);
  if (!between.every((text) => BORDER.test(text)))
    throw new TypeError('Between two values of the template stands something that is in neither.');
}
