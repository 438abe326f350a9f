import { createHmac, randomBytes } from 'node:crypto';

export type MaskedKind = keyof typeof shapes;

interface Masked {
  readonly text: string;
  /** One entry per match. */
  readonly kinds: readonly MaskedKind[];
}

// Shapes that are masked on every line. Each expression starts at a fixed anchor and visits a character
// a bounded number of times, so that no input makes it slow. (HOOK-6)
const shapes = {
  'private-key': /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^"]*/,
  'password-url': /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/[^\s/":@]*:[^\s/"@]*@/i,
  // RFC 6750 and RFC 7617, also URL-encoded.
  authorization: /\b(?:bearer|basic|digest)(?: |%20|\+)[\w.~+/=-]{8,}/i,
  cookie: /(?:(?<![\w-])__(?:Host|Secure)-[\w-]+|\bsession(?:id)?)=[^;"\s]+/i,
  assignment:
    /(?:password|passwd|passphrase|secret|token|api[_-]?key|credentials?)["']?(?:[:=]|%3d)["']?[^\s"',;&}]{4,}/i,
  'provider-key':
    /\b(?:[sr]k_(?:live|test)_\w{8,}|whsec_[\w+/=]{8,}|A(?:KI|SI)A[A-Z0-9]{16}|gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{8,}|npm_\w{16,}|AIza[\w-]{20,})/,
  email: /(?<![\w.%+-])[\w.%+-]+(?:@|%40)[a-z0-9-]+(?:\.[a-z0-9-]+)+/i,
  card: /(?<![\w.])\d(?:[ -]?\d){12,18}(?!\w)/,
  iban: /(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)/,
  phone: /(?<!\w)\+[1-9]\d{7,14}(?!\w)/,
  token: /(?<![\w-])[\w-]{32,}(?![\w-])/,
} as const satisfies Readonly<Record<string, RegExp>>;

// A second check for shapes that harmless text often has.
const confirmed: Partial<Record<MaskedKind, (found: string) => boolean>> = {
  card: passesLuhn,
  iban: passesMod97,
  token: isMixed,
};

// Shorter hex strings are trace ids and revisions.
const SECRET_HEX_DIGITS = 48;

// Request ids are on every line, and one in a thousand would otherwise match as a card number.
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/;

export const maskedKinds = Object.keys(shapes) as readonly MaskedKind[];
const groups = [`(${UUID.source})`, ...Object.values(shapes).map(groupOf)];
const net = new RegExp(groups.join('|'), 'g');

// Keep the name in `"token":"..."`: it is no secret, and without its quotes the line is no longer JSON.
const NAME = /^[\w-]+["']?(?:[:=]|%3d)["']?/i;

/** Masks secrets and personal data by their shape, and returns the kinds that it found. */
export function mask(text: string): Masked {
  const found: MaskedKind[] = [];
  const masked = text.replace(net, (match: string, ...rest: unknown[]) => {
    const kind = maskedKinds[rest.indexOf(match) - 1];
    if (kind === undefined || confirmed[kind]?.(match) === false) return match;
    found.push(kind);
    return `${(kind === 'assignment' && NAME.exec(match)?.[0]) || ''}[masked ${kind}]`;
  });
  return { text: masked, kinds: found };
}

/** Masks the values of a JSON line, which stays valid JSON: a masked number becomes a string. */
export function maskLine(line: string): Masked {
  const found: MaskedKind[] = [];
  // Parse first, because escapes would hide shapes.
  const masked: unknown = JSON.parse(line, (name, value: unknown) => {
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    // Mask it together with its name, which is often the only sign of a password.
    const before = `${name}=`;
    const { text, kinds } = mask(before + String(value));
    if (kinds.length === 0) return value;
    found.push(...kinds);
    return text.startsWith(before) ? text.slice(before.length) : text;
  });
  return { text: `${JSON.stringify(masked)}\n`, kinds: found };
}

function groupOf({ source, flags }: RegExp): string {
  return flags.includes('i') ? `((?i:${source}))` : `(${source})`;
}

function passesLuhn(found: string): boolean {
  const digits = found.replaceAll(/\D/g, '');
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits.at(-1 - at));
    sum += at % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 === 0;
}

// ISO 13616: the first four characters go last, letters count from 10.
function passesMod97(found: string): boolean {
  const account = found.replaceAll(' ', '');
  let rest = 0;
  for (const sign of account.slice(4) + account.slice(0, 4)) {
    const value = parseInt(sign, 36);
    rest = (rest * (value < 10 ? 10 : 100) + value) % 97;
  }
  return rest === 1;
}

// Generated keys mix letters and digits. File names and identifiers hardly ever do.
function isMixed(found: string): boolean {
  if (/^[0-9a-f]+$/.test(found)) return found.length >= SECRET_HEX_DIGITS;
  return /[A-Z]/.test(found) && /[a-z]/.test(found) && /\d/.test(found);
}

declare const pseudonymous: unique symbol;

/** Identifies a caller within the log of one process, without the name. Only `pseudonym` makes one. */
export type Pseudonym = string & { readonly [pseudonymous]: true };

// Without a key, an attacker with a list of users could hash each of them and compare. The key is lost
// with the process. The audit trail names the caller, by request id. (HOOK-6)
const key = randomBytes(32);

const LENGTH = 16;

/** The same for all lines of one caller in one process. */
export function pseudonym(subject: string): Pseudonym {
  const digest = createHmac('sha256', key).update(subject, 'utf8').digest('base64url');
  return digest.slice(0, LENGTH) as Pseudonym;
}

export function isPseudonym(value: unknown): value is Pseudonym {
  return typeof value === 'string' && value.length === LENGTH && /^[\w-]+$/.test(value);
}
