import { createHmac, randomBytes } from 'node:crypto';

export type MaskedKind = keyof typeof shapes;

interface Masked {
  readonly text: string;
  /** What was found, a kind as often as it was. */
  readonly kinds: readonly MaskedKind[];
}

// What must not stand on a line, whatever put it there. Every expression starts at something that is
// found by looking, and takes each character a fixed number of times: no line makes it slow. (HOOK-6)
const shapes = {
  'private-key': /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^"]*/,
  'password-url': /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/[^\s/"@]*:[^\s/"@]*@/i,
  // RFC 6750 and RFC 7617, however a header was copied here.
  authorization: /\b(?:bearer|basic|digest)(?: |%20|\+)[\w.~+/=-]{8,}/i,
  cookie: /\b(?:__(?:Host|Secure)-[\w-]+|session(?:id)?)=[^;"\s]+/i,
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

// A shape that many harmless texts have is looked at twice.
const confirmed: Partial<Record<MaskedKind, (found: string) => boolean>> = {
  card: passesLuhn,
  iban: passesMod97,
  token: isMixed,
};

// Shorter ones are trace ids and revisions.
const SECRET_HEX_DIGITS = 48;

// Request ids. They are everywhere, and one in a thousand would otherwise be a card.
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/;

export const maskedKinds = Object.keys(shapes) as readonly MaskedKind[];
const groups = [`(${UUID.source})`, ...Object.values(shapes).map(groupOf)];
const net = new RegExp(groups.join('|'), 'g');

// In `"token":"..."` the name is no secret, and without its quotes the line would be no JSON.
const NAME = /^[\w-]+["']?(?:[:=]|%3d)["']?/i;

/** The text without what looks like a secret or like somebody's data, and what that was. */
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

/** The same for a line of JSON, which stays the JSON it was: a number that is masked becomes a string. */
export function maskLine(line: string): Masked {
  const found: MaskedKind[] = [];
  // Read first, because what an escape stands for is seen only where it is undone.
  const masked: unknown = JSON.parse(line, (name, value: unknown) => {
    if (typeof value !== 'string' && typeof value !== 'number') return value;
    // With its name before it, because a password is often recognised by nothing else.
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
  const digits = [...found.replaceAll(/\D/g, '')].toReversed().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

// ISO 13616: the first four characters go last, letters count from 10.
function passesMod97(found: string): boolean {
  const account = found.replaceAll(' ', '');
  const digits = [...account.slice(4), ...account.slice(0, 4)].map((sign) => parseInt(sign, 36));
  return digits.reduce((rest, value) => Number(`${rest}${value}`) % 97, 0) === 1;
}

// What a generator of keys makes, and a file name or an identifier hardly ever is.
function isMixed(found: string): boolean {
  if (/^[0-9a-f]+$/.test(found)) return found.length >= SECRET_HEX_DIGITS;
  return /[A-Z]/.test(found) && /[a-z]/.test(found) && /\d/.test(found);
}

declare const pseudonymous: unique symbol;

/** Stands for somebody, and does not tell who: only `pseudonym` makes one. */
export type Pseudonym = string & { readonly [pseudonymous]: true };

// Keyed: without the key, whoever holds a list of users could hash it and look each of them up. The
// key dies with the process; the audit trail, joined by request id, says who it was. (HOOK-6)
const key = randomBytes(32);

const LENGTH = 16;

/** Enough to follow one caller through the lines of one process. */
export function pseudonym(subject: string): Pseudonym {
  const digest = createHmac('sha256', key).update(subject, 'utf8').digest('base64url');
  return digest.slice(0, LENGTH) as Pseudonym;
}

export function isPseudonym(value: unknown): value is Pseudonym {
  return typeof value === 'string' && value.length === LENGTH && /^[\w-]+$/.test(value);
}
