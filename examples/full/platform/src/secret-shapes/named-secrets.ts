/** The last word of the name of a secret. `passwordPolicy` and `tokenLifetime` are not secrets. */
const SECRET_WORD =
  /^(?:pass|credential|pepper|salt|(?:pg|db|my|sql|mysql|redis|mongo|smtp|mail|ftp|ssh|ldap|user|admin|root|app|key|store|trust|client|jwt|session|cookie|webhook|hmac|api|auth|access|refresh|bearer|bot|deploy|registry|npm|git)?(?:password|passwd|passphrase|passcode|pwd|secret|token)|(?:api|secret|private|access|master|signing|encryption|account|auth)key)s?$/;

/** `key` alone is a key of a map or a table. With one of these words before it, it is a secret. */
const KEY_QUALIFIER =
  /^(?:api|private|secret|access|signing|encryption|encrypting|master|auth|session|hmac|jwt|jws|jwe|webhook|cookie|service|client|shared|account|license|stripe|root|app)$/;

/** A cheap first test: every name of a secret matches. */
const HINT = /pass|pwd|secret|token|key|credential|pepper|salt/i;

/** Endings that describe the notation of a secret. */
const SPELLING =
  /^(?:\d+|value|string|text|base64|b64|hex|raw|plain|default|fallback|current|previous)$/;

// In one pass: `HTTPServer` is two words, `2fa` is one.
const WORDS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+[a-z]*/g;

/** Splits `dbPassword`, `DB_PASSWORD`, `db-password` and `db.password` into `db`, `password`. */
export function wordsOf(name: string): string[] {
  return (name.slice(0, 200).match(WORDS) ?? []).map((word) => word.toLowerCase());
}

/** Whether a variable, key or column of this name holds a secret. */
export function namesSecret(name: string): boolean {
  if (!HINT.test(name)) return false;
  const words = wordsOf(name);
  // `existingSecret` in a Helm chart is a name.
  if (words[0] === 'existing') return false;
  while (words.length > 1 && SPELLING.test(words.at(-1) ?? '')) words.pop();
  const last = words.at(-1) ?? '';
  if (SECRET_WORD.test(last)) return true;
  return (last === 'key' || last === 'keys') && KEY_QUALIFIER.test(words.at(-2) ?? '');
}

/** Whether the name is that of a password, which may also be a number. */
export function namesPassword(name: string): boolean {
  return /passw|passphrase|pwd|secret/i.test(name) && namesSecret(name);
}

/** Values that refer to a secret, describe it or replace it. They are harmless after the name of a secret. */
const REFERENCES: readonly RegExp[] = [
  // Substitutions: ${X}, $X, {{x}}, %X%, <your-key>, [redacted], ***.
  /^\\{0,2}["']?\\{0,2}\$[\w({@*]/,
  // The end of a line in sed.
  /^\$\//,
  /^\{\{.*\}\}$/,
  /^#\{.*\}$/,
  /^%[A-Za-z_]\w*%$/,
  /^<[^<>]*>$/,
  /^\[[^[\]]*\]$/,
  /^[*•.xX_-]+$/,
  /(?:\.{3}|…)$/,
  /^!(?:Ref|GetAtt|Sub|vault)\b/,
  // The place of a secret: ARNs, URNs, secret paths, files, modules, addresses without credentials.
  /^arn:[\w:/.@+=*-]*$/,
  /^urn:[\w:.-]*$/,
  /^(?:https?|vault|hashivault|file|op|kms|ssm|awskms|gcpkms|azurekeyvault):\/\/[^\s@]*$/,
  /^(?:\.{0,2}\/|@)?[a-z\d_.-]+(?:\/(?=[\w.-])[\d_.-]*(?:[a-z][a-z\d_.-]*|[A-Z][A-Z\d_.-]*)?)+$/,
  // Message keys (`errors.password.required`) and versions.
  /^[a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*)+$/,
  // Problems: `incorrectPassword`, `password_mismatch`.
  /^(?:incorrect|invalid|missing|wrong|expired|mismatched)(?=.)(?:[A-Z][a-z]+)*(?:[_-][A-Za-z]+)*$/,
  /^(?:[a-z]+|[A-Z]+)(?:[A-Z][a-z]+){0,4}(?:[_-][A-Za-z]+){0,4}[_-]?(?:[Rr]equired|[Mm]ismatch|[Ii]nvalid|[Ii]ncorrect|[Ee]xpired|REQUIRED|MISMATCH|INVALID|INCORRECT|EXPIRED)$/,
  /^[~^<>=]{0,2}[\dx*]+(?:\.[\dx*]+)+(?:-[\w.]+)?$/,
  // Code that reads a secret, such as `process.env.X` in a document, and labels in other scripts.
  /^(?:process|import|os|Deno|Bun|env|config|settings)\./,
  /^[^\x20-\x7e]+$/,
  // Options of commands.
  /^--[a-z][a-z-]*$/,
  // Values of `credentials` in fetch.
  /^(?:same-origin|include|omit)$/,
  // The prefix of a token.
  /^[a-z]{2,8}_$/,
];
// One expression, because a text may have a hundred thousand values.
const REFERENCE = new RegExp(REFERENCES.map(({ source }) => source).join('|'));

/** Words of configuration languages. */
const KEYWORD =
  /^(?:true|false|null|undefined|none|nil|read|write|required|optional|inherit|string|boolean|never|unknown|hashed|encrypted|header|cookie|bearer|opaque)$/i;

/** Whether a value after the name of a secret is harmless: empty, a placeholder, or the place of the secret. */
export function isReference(value: string): boolean {
  const text = value.trim();
  return text === '' || REFERENCE.test(text) || KEYWORD.test(text);
}

/** Whether the value of this name is a secret. Prose in code and files is not. */
export function isWrittenOut(name: string, value: string): boolean {
  return namesSecret(name) && isSecretValue(name, value);
}

/** The same, where the name is known to be that of a secret. */
export function isSecretValue(name: string, value: string): boolean {
  if (isReference(value) || namesField(name, value)) return false;
  if (/\s/.test(value.trim())) return namesPassword(name) && isPassphrase(value);
  return /\D/.test(value) || (namesPassword(name) && value.length >= 4);
}

/** `sessionKey = 'sessionId'`, `token: 'sessionToken'`: the name of a field, a cookie or a column. */
function namesField(name: string, value: string): boolean {
  if (!/^[a-z]+(?:[A-Z][a-z]+|[-_.:][a-z]+)+$/.test(value)) return false;
  if (/(?:session|cookie|auth|account|client|user|service)[-_]?key$/i.test(name)) return true;
  return /tokens?$/i.test(name) && /[tT]okens?$/.test(value);
}

/** Weak passwords that exist in the wild. Any other word in prose must look random to count. */
const WELL_KNOWN =
  /^(?:change-?me|changeit|letmein|hunter\d|p[a@]ssw[o0]rd\w*|secret\w*|super-?secret\w*|qwerty\w*|admin\w*|root|toor|postgres|default|test\d*|1234\w*|abc123)$/i;

/** Algorithms and protocols, which are common in sentences on passwords and tokens. */
const ALGORITHM =
  /^(?:argon2|bcrypt|scrypt|pbkdf2|sha-?\d|md5|base64|utf-?8|aes|hmac|ed25519|x25519|p-?256|[ehpr]s256|x\.?509|oauth2?|oidc|saml2|tls1|http2?)/i;

/** Whether a word in prose, as in `password: x`, is a credential rather than the next word of the sentence. */
export function looksChosen(word: string): boolean {
  if (WELL_KNOWN.test(word)) return true;
  if (ALGORITHM.test(word)) return false;
  return word.length >= 6 && /\d/.test(word) && /[a-z]/i.test(word);
}

/** Fewer words are a label, more words are a paragraph. */
const LEAST_WORDS = 3;
const MOST_WORDS = 10;

/** Words of sentences and labels. Passphrases come from lists of nouns and verbs, and rarely contain these. */
const PROSE = new Set(
  (
    'a an and any are as at be been by can cannot could do does for from has have how if in into is it its least may more must ' +
    'my new no not now of old on one only or our please should so that the their then there this to too use via was we ' +
    'what when which will with without you your confirm current empty enter expired forgot incorrect invalid long ' +
    'minimum missing required reset short unknown weak wrong characters field user users value account sign login ' +
    'password passwords passphrase secret secrets token tokens key keys credential credentials'
  ).split(' '),
);

/** Whether a value of several words is a passphrase: in lower case or with a digit, and not a sentence. */
export function isPassphrase(value: string): boolean {
  const words = value.trim().slice(0, 300).split(/ +/);
  if (words.length < LEAST_WORDS || words.length > MOST_WORDS) return false;
  if (!words.every((word) => /^[\p{L}\d'-]{2,20}$/u.test(word))) return false;
  if (words.some((word) => PROSE.has(word.toLowerCase()))) return false;
  return value === value.toLowerCase() || /\d/.test(value);
}
