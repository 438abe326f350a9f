// Long enough for any identifier; short enough that nobody fills the trail with one request.
const MAX_TEXT = 256;
const MAX_DETAILS = 32;

const DETAIL_KEY = /^[a-z][a-zA-Z0-9]{0,39}$/;

// The trail is kept for years and read by many. What opens a door is never written to it. (OBS-1)
const SECRET_KEY = /password|passphrase|secret|token|cookie|credential|authorization|privatekey/i;

type Primitive = string | number | boolean;

/**
 * Text as it may be stored. Clipped and replaced, not refused: an attacker who could make the
 * recording fail with a NUL byte or a long name would choose which refusals are seen.
 */
export function cleanText(text: string): string {
  const readable = text.toWellFormed().replace(/[\p{Cc}\u2028\u2029]/gu, '\ufffd');
  if (readable.length <= MAX_TEXT) return readable;
  return `${readable.slice(0, MAX_TEXT - 1).toWellFormed()}…`;
}

/** A few named facts. Anything else in there is a bug of the code that records, so it throws. */
export function cleanDetail(detail: Readonly<Record<string, Primitive>> = {}): object {
  const entries = Object.entries(detail);
  if (entries.length > MAX_DETAILS) throw new TypeError('An audit event has too many details.');
  return Object.fromEntries(entries.map(([key, value]) => [cleanKey(key), cleanValue(key, value)]));
}

function cleanKey(key: string): string {
  if (!DETAIL_KEY.test(key)) throw new TypeError('An audit detail needs a camelCase name.');
  if (SECRET_KEY.test(key)) throw new TypeError(`The audit detail ${key} looks like a secret.`);
  return key;
}

function cleanValue(key: string, value: unknown): Primitive {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'boolean' || Number.isFinite(value)) return value as Primitive;
  throw new TypeError(`The audit detail ${key} is no text, finite number or boolean.`);
}
