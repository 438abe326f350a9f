import { asObject, decoded, hmac, isMac, jsonObject } from '@app/platform/webhooks/scheme';
import type { Scheme, WebhookKey } from '@app/platform/webhooks/scheme';

// Adyen joins the signed fields with colons and escapes none. Where only one of them may hold a
// colon, no two notifications read alike; merchants choose their references, so it is that one.
const PLAIN = /^[^:]+$/;
const PLAIN_OR_EMPTY = /^[^:]*$/;
const ANYTHING = /^/;
const FORMS = {
  pspReference: PLAIN,
  originalReference: PLAIN_OR_EMPTY,
  merchantAccountCode: PLAIN,
  merchantReference: ANYTHING,
  value: /^(?:0|-?[1-9][0-9]{0,14})$/,
  currency: /^[A-Z]{3}$/,
  eventCode: PLAIN,
  success: /^(?:true|false)$/,
} as const;

type Field = keyof typeof FORMS;
type Item = Readonly<Record<Field, string>>;

/**
 * Signed: eight fields of a notification. Its reason, payment method, dates and additional data are
 * not, so the handler gets a notification of those eight only, written anew. A JSON notification
 * holds one item; one with several is refused whole, since nothing signed says that they belong
 * together or that none is missing. The same fields are the same delivery: no id is signed. (HOOK-1)
 * https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures
 */
export function adyen(): Scheme {
  return {
    name: 'adyen',
    headers: ['content-type'],
    checkKey: (key) => void keyBytes(key),
    verify({ body }, keys) {
      const notification = onlyItem(body);
      const item = notification && itemOf(notification);
      const given = asObject(notification?.['additionalData'])?.['hmacSignature'];
      if (!item || typeof given !== 'string') return undefined;
      const content = Object.values(item).join(':');
      const accepting = keys.find((key) =>
        isMac(given, hmac('sha256', keyBytes(key), content), 'base64'),
      );
      return (
        accepting && { keyId: accepting.id, body: Buffer.from(JSON.stringify(signedPart(item))) }
      );
    },
  };
}

function onlyItem(body: Uint8Array): Record<string, unknown> | undefined {
  const items = jsonObject(body)?.['notificationItems'];
  const [first] = Array.isArray(items) && items.length === 1 ? (items as unknown[]) : [];
  return asObject(asObject(first)?.['NotificationRequestItem']);
}

function itemOf(notification: Record<string, unknown>): Item | undefined {
  const { value, currency } = asObject(notification['amount']) ?? {};
  const all: Record<string, unknown> = {
    originalReference: '',
    merchantReference: '',
    ...notification,
    currency,
  };
  all['value'] = typeof value === 'number' ? String(value) : undefined;
  const fields = Object.entries(FORMS).map(([name, form]) => {
    const given = all[name];
    return [name, typeof given === 'string' && form.test(given) ? given : undefined] as const;
  });
  if (fields.some(([, text]) => text === undefined)) return undefined;
  return Object.fromEntries(fields) as Item;
}

function signedPart({ value, currency, ...item }: Item) {
  return { ...item, amount: { value: Number(value), currency } };
}

function keyBytes({ id, secret }: WebhookKey): Buffer {
  const bytes = decoded(secret.reveal().toLowerCase(), 'hex');
  if (!bytes)
    throw new TypeError(`The key "${id}" is no HMAC key of Adyen: those are hexadecimal.`);
  return bytes;
}
