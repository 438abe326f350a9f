export interface Found {
  readonly rule: string;
  readonly index: number;
}

// Each starts where no word is under way and takes a fixed number of signs or one class of them, so that no text makes it slow.
const FORMATS: Readonly<Record<string, RegExp>> = {
  'aws-key': /(?<![A-Za-z\d])(?:AKIA|ASIA|ABIA|ACCA)[A-Z\d]{16}(?![A-Za-z\d])/g,
  // Test keys read test customers, and habits are the same.
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

// How far around a header its body, and around a `d` its `kty`, are looked for.
const NEARBY = 600;

/** Keys that are told by their own shape, whatever stands around them. (SUPPLY-6) */
export function findKnownKeys(text: string): Found[] {
  const formats = Object.entries(FORMATS).flatMap(([rule, format]) =>
    [...text.matchAll(format)].map(({ index }) => ({ rule, index })),
  );
  return [...formats, ...findPrivateKeys(text)];
}

function findPrivateKeys(text: string): Found[] {
  const pem = [...text.matchAll(PEM_HEADER)].filter(({ index }) => hasBody(text, index));
  const jwk = [...text.matchAll(JWK_PRIVATE)].filter(({ index }) => isKey(text, index));
  return [...pem, ...jwk].map(({ index }) => ({ rule: 'private-key', index }));
}

// A header alone is how code recognises keys; with a body after it, it is one.
function hasBody(text: string, at: number): boolean {
  return /[A-Za-z\d+/]{32}/.test(text.slice(at, at + NEARBY));
}

function isKey(text: string, at: number): boolean {
  return /\bkty\b/.test(text.slice(Math.max(0, at - NEARBY), at + NEARBY));
}
