import { isRandom, mayBeRandom } from './randomness.ts';

export interface Found {
  readonly rule: string;
  readonly index: number;
}

/** The kind of a text. It decides which of its words are values. */
export interface TextKind {
  // In code, words without quotes are names.
  readonly isSource: boolean;
  // In configuration, words without quotes are values.
  readonly isConfiguration: boolean;
  // A test has made-up passwords.
  readonly isTest: boolean;
}

// Each starts at the start of a word, and takes a fixed number of characters or one class, so that no text is slow.
const FORMATS: Readonly<Record<string, RegExp>> = {
  'aws-key': /(?<![A-Za-z\d])(?:AKIA|ASIA|ABIA|ACCA)[A-Z\d]{16}(?![A-Za-z\d])/g,
  // Test keys count as well: a habit of committing them extends to live keys.
  'stripe-key': /(?<![A-Za-z\d])(?:[rs]k_(?:live|test)_[A-Za-z\d]{10,}|whsec_[A-Za-z\d+/=]{16,})/g,
  'json-web-token': /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g,
  'google-key': /(?<![\w-])(?:AIza[\w-]{35}|GOCSPX-[\w-]{28})(?![\w-])/g,
  'azure-key': /\b(?:AccountKey|SharedAccessKey)=[A-Za-z\d+/]{40,}={0,2}/g,
  'model-provider-key': /(?<![\w-])sk-(?:proj|svcacct|admin|ant|or)-[\w-]{20,}/g,
  'github-token': /(?<![A-Za-z\d])(?:gh[oprsu]_[A-Za-z\d]{30,}|github_pat_\w{30,})/g,
  'npm-token': /(?<![A-Za-z\d])npm_[A-Za-z\d]{36}(?![A-Za-z\d])/g,
  'slack-token': /(?<![A-Za-z\d])xox[abeoprs]-[A-Za-z\d-]{10,}/g,
  'slack-webhook': /hooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z\d/]{30,}/g,
  'twilio-key': /(?<![A-Za-z\d])SK[a-f\d]{32}(?![A-Za-z\d])/g,
  'mailgun-key': /(?<![\w-])key-[a-f\d]{32}(?![A-Za-z\d])/g,
  'square-token': /(?<![\w-])sq0[a-z]{3}-[\w-]{22,}/g,
  'telegram-token': /(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])/g,
  'pulumi-token': /(?<![\w-])pul-[a-f\d]{40}(?![A-Za-z\d])/g,
  'age-key': /AGE-SECRET-KEY-1[A-Z\d]{58}/g,
  'digitalocean-token': /(?<![\w-])do[opr]_v1_[a-f\d]{64}/g,
  'supabase-key': /(?<![\w-])sb(?:p_[a-f\d]{40}|_secret_[\w-]{20,})/g,
  'pypi-token': /(?<![\w-])pypi-AgE[\w-]{50,}/g,
  'atlassian-token': /(?<![\w-])ATATT3[\w=-]{50,}/g,
  'adyen-key': /(?<![\w-])AQE[a-z][A-Za-z\d+/=]{40,}\^?/g,
};

const PEM_HEADER = /-----BEGIN (?:[A-Z\d]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const JWK_PRIVATE = /(?<![\w"'])["']?d["']?\s{0,4}:\s{0,4}["'][\w-]{20,}["']/g;

const PEM_BODY = /[A-Za-z\d+/]{32}/g;

// The distance between a header and its body, and between `d` and `kty`.
const NEARBY = 600;

/** Keys that are known by their format. (SUPPLY-6) */
export function findFormats(text: string): Found[] {
  return Object.entries(FORMATS).flatMap(([rule, format]) =>
    [...text.matchAll(format)].map(({ index }) => ({ rule, index })),
  );
}

/** Private keys: a PEM header with a body, or the private member of a JSON Web Key. (SUPPLY-6) */
export function findPrivateKeys(text: string): Found[] {
  const jwk = [...text.matchAll(JWK_PRIVATE)].filter(({ index }) => isKey(text, index));
  return [...findPem(text), ...jwk].map(({ index }) => ({ rule: 'private-key', index }));
}

// Code that recognizes keys contains a header without a body. Each body is looked for once, however many headers.
function findPem(text: string): { readonly index: number }[] {
  let body = -1;
  return [...text.matchAll(PEM_HEADER)].filter(({ index }) => {
    if (body < index) {
      PEM_BODY.lastIndex = index;
      body = PEM_BODY.exec(text)?.index ?? Infinity;
    }
    return body < index + NEARBY;
  });
}

function isKey(text: string, at: number): boolean {
  return /\bkty\b/.test(text.slice(Math.max(0, at - NEARBY), at + NEARBY));
}

// Matches only at the start of a run, so that a long run is read once.
export const RUN = /(?<![A-Za-z\d+/_-])[A-Za-z\d+/_-]{20,}={0,2}/g;

// The text before a public random value: a digest, a data URL, a public key.
const BEFORE_PUBLIC =
  /(?:sha-?(?:1|224|256|384|512)[-:.]|\bh1:|base64(?:,|%2C)|ssh-(?:ed25519|rsa) |ecdsa-[\w-]{1,40} |arn:[^\s"']{0,48})$/i;
const PUBLIC_NAME =
  /(?:sha-?\d{0,3}|digest|hash|checksum|integrity|fingerprint|thumbprint|jkt|commit|revision|etag|public_?key|kid)\w{0,8}["'`]?\s{0,4}[:=]\s{0,4}["'`]?$/i;
const PUBLIC_BLOCK = /-----BEGIN (?:[A-Z]{1,10} )?(?:PUBLIC KEY|CERTIFICATE)-----[^-]{0,20000}/g;
const JWK_PUBLIC = /["']?\b[nxy]["']?\s{0,4}:\s{0,4}["']$/;
// Payment pages publish these keys, and the names of what is sold there.
const PUBLISHABLE =
  /^(?:pk_(?:live|test)|price|prod|plan|acct|cus|card|ch|txn|sub|evt)_(?!\w*_secret_)/;
// The output of sha256sum, before the name of the file.
const SUM = /^(?:[a-f\d]{32}|[a-f\d]{40}|[a-f\d]{64}|[a-f\d]{96}|[a-f\d]{128})$/;
const COMMIT = /(?:^|\/commits?\/)[a-f\d]{40}$/;

const HEX = /^[\da-f]+$/i;

const CONTEXT = 48;
/** Random runs of letters and digits, except for known public ones such as digests. (SUPPLY-6) */
export function findRandomValues(
  content: string,
  { isSource, isTest }: Pick<TextKind, 'isSource' | 'isTest'>,
): Found[] {
  const text = content.replace(PUBLIC_BLOCK, (block) => ' '.repeat(block.length));
  return (
    [...text.matchAll(RUN)]
      .filter((match) => mayBeRandom(match[0]) && !isPublic(text, match) && isRandom(match[0]))
      .filter((match) => !isSource || isQuoted(text, match))
      // In a test, hex is an expected digest or frame. Few keys are hex.
      .filter(([run]) => !isTest || !HEX.test(run))
      .map(({ index }) => ({ rule: 'random-value', index }))
  );
}

function isPublic(text: string, { index, 0: run }: RegExpExecArray): boolean {
  const before = text.slice(Math.max(0, index - CONTEXT), index);
  return (
    COMMIT.test(run) ||
    PUBLISHABLE.test(run) ||
    (SUM.test(run) && /^(?: {2}| \*)\S/.test(text.slice(index + run.length).slice(0, 3))) ||
    (JWK_PUBLIC.test(before) &&
      /\bkty\b/.test(text.slice(Math.max(0, index - NEARBY), index + NEARBY))) ||
    /^sha(?:1|256|384|512)-/.test(run) ||
    BEFORE_PUBLIC.test(before) ||
    PUBLIC_NAME.test(before)
  );
}

// In code, a run without quotes is an identifier.
function isQuoted(text: string, { index, 0: run }: RegExpExecArray): boolean {
  if (!/^[\w$]+$/.test(run)) return true;
  return /["'`]/.test((text[index - 1] ?? '') + (text[index + run.length] ?? ''));
}
