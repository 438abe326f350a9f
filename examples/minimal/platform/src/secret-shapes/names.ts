/** A name that ends in one of these names a secret itself, not something about it (`passwordPolicy`, `tokenLifetime`). */
const SECRET_WORD =
  /^(?:pass|credential|pepper|salt|(?:pg|db|my|sql|mysql|redis|mongo|smtp|mail|ftp|ssh|ldap|user|admin|root|app|key|store|trust|client|jwt|session|cookie|webhook|hmac|api|auth|access|refresh|bearer|bot|deploy|registry|npm|git)?(?:password|passwd|passphrase|passcode|pwd|secret|token)|(?:api|secret|private|access|master|signing|encryption|account|auth)key)s?$/;

/** `key` alone names map keys and database keys; with one of these before it, it opens something. */
const KEY_QUALIFIER =
  /^(?:api|private|secret|access|signing|encryption|encrypting|master|auth|session|hmac|jwt|jws|jwe|webhook|cookie|service|client|shared|account|license|stripe|root|app)$/;

/** What every name below has in it, before it is taken apart. */
const HINT = /pass|pwd|secret|token|key|credential|pepper|salt/i;

/** Endings that say how a secret is written, not what it is. */
const SPELLING =
  /^(?:\d+|value|string|text|base64|b64|hex|raw|plain|default|fallback|current|previous)$/;

/** Splits `dbPassword`, `DB_PASSWORD`, `db-password` and `db.password` into `db`, `password`. */
export function wordsOf(name: string): string[] {
  return name
    .slice(0, 200)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replace(/([a-zA-Z])(\d)/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

/** Whether a variable, key or column of this name holds a secret. */
export function namesSecret(name: string): boolean {
  if (!HINT.test(name)) return false;
  const words = wordsOf(name);
  // `existingSecret` in a chart is the name of one.
  if (words[0] === 'existing') return false;
  while (words.length > 1 && SPELLING.test(words.at(-1) ?? '')) words.pop();
  const last = words.at(-1) ?? '';
  if (SECRET_WORD.test(last)) return true;
  return (last === 'key' || last === 'keys') && KEY_QUALIFIER.test(words.at(-2) ?? '');
}

/** Whether a name says password: the kind that is also wrong as a bare number. */
export function namesPassword(name: string): boolean {
  return /passw|passphrase|pwd|secret/i.test(name) && namesSecret(name);
}
