import { createHash } from 'node:crypto';

/**
 * Secrets for tests, put together when a test runs: nothing in this repository has the shape of a live credential, so
 * no scanner of a hosting service stops a push. They are drawn from a seed and open nothing.
 */
export function drawn(alphabet: string, length: number, seed: string): string {
  let text = '';
  for (let block = 0; text.length < length; block++) {
    const bytes = createHash('sha256').update(`${seed}${block}`).digest();
    for (const byte of bytes) text += alphabet[byte % alphabet.length];
  }
  return text.slice(0, length);
}

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const BASE64 = `${UPPER}${LOWER}${DIGITS}+/`;

/** Letters that alone look neither hexadecimal nor random, to plant a format that only its own rule knows. */
const CALM = 'ghijklmnop';

/** A random run with every kind of letter in it. */
export function random(length: number, seed: string): string {
  return `a7Q${drawn(BASE64.replace(/[+/]/g, ''), length - 3, seed)}`;
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** Placeholders of the fixtures: `{{GITHUB}}` stands for the value here. */
export const planted: Readonly<Record<string, string>> = {
  // Formats of secret-known-format
  GITHUB: `gh${'p'}_${drawn(CALM, 36, 'github')}`,
  GITHUB_APP: `gh${'s'}_${drawn(CALM, 36, 'app')}`,
  GITLAB: `glp${'at'}-${drawn(CALM, 20, 'gitlab')}`,
  SLACK: `xox${'b'}-${drawn(DIGITS, 12, 's1')}-${drawn(DIGITS, 12, 's2')}-${drawn(CALM, 24, 's3')}`,
  NPM: `np${'m'}_${drawn(CALM, 36, 'npm')}`,
  SENDGRID: `S${'G'}.${drawn(CALM, 22, 'sg1')}.${drawn(CALM, 43, 'sg2')}`,
  DOCKER: `dckr_${'pat'}_${drawn(CALM, 27, 'docker')}`,
  // Formats of secret-provider-key
  AWS_ID: `AK${'IA'}${drawn(UPPER, 16, 'aws')}`,
  AWS_SESSION_ID: `AS${'IA'}${drawn(UPPER, 16, 'session')}`,
  STRIPE_LIVE: `sk_${'live'}_${drawn(CALM, 24, 'stripe')}`,
  STRIPE_TEST: `rk_${'test'}_${drawn(CALM, 24, 'stripe-test')}`,
  STRIPE_HOOK: `wh${'sec'}_${drawn(CALM, 32, 'hook')}`,
  GOOGLE: `AI${'za'}${drawn(CALM, 35, 'google')}`,
  JWT: `${base64url('{"alg":"none"}')}.${base64url('{"sub":"ann"}')}.${drawn(CALM, 24, 'jwt')}`,
  TWILIO: `S${'K'}${'0a'.repeat(16)}`,
  // The rest
  AWS_SECRET: drawn(BASE64, 40, 'aws-secret'),
  RANDOM: random(44, 'random'),
  RANDOM_SHORT: 'k3V9xQ2mZ7pL4tB8nR6w',
  HEX: drawn('0123456789abcdef', 64, 'hex'),
  PEM_BODY: Array.from({ length: 4 }, (_, line) => drawn(CALM, 64, `pem${line}`)).join('\n'),
  JWK_D: drawn(CALM, 43, 'jwk'),
  PEM_KIND: ['PRIVATE', 'KEY'].join(' '),
  BCRYPT: `$2${'b'}$12$${drawn(CALM, 53, 'bcrypt')}`,
  ARGON2: `$argon2${'id'}$v=19$m=65536,t=3,p=4$${drawn(CALM, 22, 'salt')}$${drawn(CALM, 43, 'argon2')}`,
  APACHE_MD5: `$ap${'r1'}$${drawn(CALM, 8, 'salt')}$${drawn(CALM, 22, 'apr1')}`,
  SHA512_CRYPT: `$${'6'}$${drawn(CALM, 16, 'salt')}$${drawn(CALM, 86, 'crypt')}`,
  SCRAM: `SCRAM${'-SHA'}-256$4096:${drawn(CALM, 22, 'salt')}==$${drawn(CALM, 43, 's')}=:${drawn(CALM, 43, 't')}=`,
  MIXED_A: random(14, 'first piece'),
  MIXED_B: random(16, 'second piece'),
  STRIPE_REST: drawn(CALM, 24, 'stripe'),
  AIRTABLE: `airtable pa${'t'}${drawn(CALM, 14, 'airtable')}.${drawn('abcdef', 64, 'airtable')}`,
  RUBYGEMS: `ruby${'gems'}_${drawn('abcdef', 48, 'rubygems')}`,
  DOPPLER: `dp.${'pt'}.${drawn(CALM, 43, 'doppler')}`,
  BASIC: Buffer.from('ann:hunter2').toString('base64'),
  VISA: `4${'1'.repeat(15)}`,
  VISA_SPACED: ['4242', '4242', '4242', '4242'].join(' '),
  MASTERCARD_DASHED: ['5555', '5555', '5555', '4444'].join('-'),
  AMEX: ['3782', '822463', '10005'].join(' '),
  VISA_FULL_WIDTH: `4${'1'.repeat(15)}`.replace(/\d/g, (digit) =>
    String.fromCharCode(0xff10 + Number(digit)),
  ),
  VISA_ZERO_WIDTH: `4${'1'.repeat(15)}`.replace(/(\d{4})/g, '$1\u200b'),
  VISA_URL: `4${'1'.repeat(15)}`.replace(/\d/g, (digit) => `%3${digit}`),
  VISA_BASE64: Buffer.from(`card 4${'1'.repeat(15)}`).toString('base64'),
  SHA512: drawn(BASE64, 86, 'integrity'),
  SHA256: drawn('0123456789abcdef', 64, 'digest'),
  COMMIT: drawn('0123456789abcdef', 40, 'commit'),
};

/** Fills in `{{NAME}}`; a name that is not planted is a mistake in the fixture. */
export function plant(text: string): string {
  return text.replace(/\{\{([A-Z\d_]+)\}\}/g, (_, name: string) => {
    const value = planted[name];
    if (value === undefined) throw new Error(`no planted value is called ${name}`);
    return value;
  });
}
