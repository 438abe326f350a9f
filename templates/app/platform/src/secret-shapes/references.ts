import { isPassphrase } from './passphrase.ts';
import { namesPassword, namesSecret } from './names.ts';

/** Values that point at a secret, describe it, or stand in for it, and so may follow a secret's name. */
const REFERENCES: readonly RegExp[] = [
  // Substitutions: ${X}, $X, {{x}}, %X%, <your-key>, [redacted], ***.
  /^\\{0,2}["']?\\{0,2}\$[\w({@*]/,
  // The end of a line, in an expression of sed.
  /^\$\//,
  /^\{\{.*\}\}$/,
  /^#\{.*\}$/,
  /^%[A-Za-z_]\w*%$/,
  /^<[^<>]*>$/,
  /^\[[^[\]]*\]$/,
  /^[*•.xX_-]+$/,
  /(?:\.{3}|…)$/,
  /^!(?:Ref|GetAtt|Sub|vault)\b/,
  // Where a secret is kept: ARNs, URNs, secret paths, files, addresses without credentials.
  /^arn:[\w:/.@+=*-]*$/,
  /^urn:[\w:.-]*$/,
  /^(?:https?|vault|hashivault|file|op|kms|ssm|awskms|gcpkms|azurekeyvault):\/\/[^\s@]*$/,
  /^(?:\.{0,2}\/)?[a-z\d_.-]+(?:\/(?:[a-z\d_.-]+|[A-Z\d_.-]+))+$/,
  // Message keys (`errors.password.required`) and versions.
  /^[a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*)+$/,
  // What is wrong with one: `incorrectPassword`, `password_mismatch`.
  /^(?:incorrect|invalid|missing|wrong|expired|mismatched)(?:[A-Z][a-z]+|[_-][A-Za-z]+)+$/,
  /^(?:[a-z]+|[A-Z]+)(?:[A-Z][a-z]+|[_-][A-Za-z]+){0,4}?[_-]?(?:[Rr]equired|[Mm]ismatch|[Ii]nvalid|[Ii]ncorrect|[Ee]xpired|REQUIRED|MISMATCH|INVALID|INCORRECT|EXPIRED)$/,
  /^[~^<>=]{0,2}[\dx*]+(?:\.[\dx*]+)+(?:-[\w.]+)?$/,
  // Code that reads it (`process.env.X` in a document), and labels in other scripts.
  /^(?:process|import|os|Deno|Bun|env|config|settings)\./,
  /^[^\x20-\x7e]+$/,
  // Options of commands, which parsers call tokens.
  /^--[a-z][a-z-]*$/,
  // Whether a browser sends cookies along.
  /^(?:same-origin|include|omit)$/,
  // Words of configuration languages.
  /^(?:true|false|null|undefined|none|nil|read|write|required|optional|inherit|string|boolean|never|unknown|hashed|encrypted|header|cookie|bearer|opaque)$/i,
  // What a made token begins with.
  /^[a-z]{2,8}_$/,
];

/** Whether a value after a secret's name is harmless: empty, a placeholder, or where the secret is kept. */
export function isReference(value: string): boolean {
  const text = value.trim();
  return text === '' || REFERENCES.some((pattern) => pattern.test(text));
}

/** Whether the value of something with this name is a secret written out. In code and files prose is let through. */
export function isWrittenOut(name: string, value: string): boolean {
  if (!namesSecret(name) || isReference(value) || namesField(name, value)) return false;
  if (/\s/.test(value.trim())) return namesPassword(name) && isPassphrase(value);
  return /\D/.test(value) || (namesPassword(name) && value.length >= 4);
}

/** `sessionKey = 'sessionId'`, `token: 'sessionToken'`: what a field, a cookie or a column is called. */
function namesField(name: string, value: string): boolean {
  if (!/^[a-z]+(?:[A-Z][a-z]+|[-_.:][a-z]+)+$/.test(value)) return false;
  if (/(?:session|cookie|auth|account|client|user|service)[-_]?key$/i.test(name)) return true;
  return /tokens?$/i.test(name) && /[tT]okens?$/.test(value);
}

/** Weak values people really ship. Anything else in prose must look random to count. */
const WELL_KNOWN =
  /^(?:change-?me|changeit|letmein|hunter\d|p[a@]ssw[o0]rd\w*|secret\w*|super-?secret\w*|qwerty\w*|admin\w*|root|toor|postgres|default|test\d*|1234\w*|abc123)$/i;

/** Names of algorithms and protocols, which sentences on passwords and tokens are full of. */
const ALGORITHM =
  /^(?:argon2|bcrypt|scrypt|pbkdf2|sha-?\d|md5|base64|utf-?8|aes|hmac|ed25519|x25519|p-?256|[ehpr]s256|x\.?509|oauth2?|oidc|saml2|tls1|http2?)/i;

/** Whether a bare word in prose (`password: x`) is a credential rather than the next word of the sentence. */
export function looksChosen(word: string): boolean {
  if (WELL_KNOWN.test(word)) return true;
  if (ALGORITHM.test(word)) return false;
  return word.length >= 6 && /\d/.test(word) && /[a-z]/i.test(word);
}
