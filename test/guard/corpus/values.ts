import { drawn } from '../planted.ts';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const ALPHANUMERIC = `${LOWER}${LOWER.toUpperCase()}${DIGITS}`;
const BASE64 = `${ALPHANUMERIC}+/`;
const HEX = '0123456789abcdef';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const word = (...pieces: readonly string[]): string => pieces.join('');

/** Values of the corpus: `{{NAME}}` stands for one. Put together at run time, so that no file holds a credential. */
export const values: Readonly<Record<string, string>> = {
  PHRASE: ['violet', 'anchor', 'seldom', 'marching'].join(' '),
  HUMAN: word('Tr0ub4', 'dor&', '3'),
  SHORT: word('hunt', 'er2'),
  WORDISH: word('Sommer', '2024', '!'),
  ALNUM16: `q9${drawn(ALPHANUMERIC, 14, 'alnum16')}`,
  ALNUM32: `Z4x${drawn(ALPHANUMERIC, 29, 'alnum32')}`,
  ALNUM40: `b7K${drawn(ALPHANUMERIC, 37, 'alnum40')}`,
  HALF_A: `g5T${drawn(ALPHANUMERIC, 15, 'half a')}`,
  HALF_B: `w2Y${drawn(ALPHANUMERIC, 15, 'half b')}`,
  HEX32: drawn(HEX, 32, 'hex32'),
  HEX40: drawn(HEX, 40, 'hex40'),
  HEX64: drawn(HEX, 64, 'hex64'),
  BASE64_44: `${drawn(BASE64, 43, 'base64 44')}=`,
  BASE64_88: `${drawn(BASE64, 86, 'base64 88')}==`,
  STRIPE: word('sk_', 'live_', drawn(ALPHANUMERIC, 24, 'stripe')),
  STRIPE_TAIL: drawn(ALPHANUMERIC, 24, 'stripe tail'),
  GITHUB: word('gh', 'p_', drawn(ALPHANUMERIC, 36, 'github')),
  NPM: word('np', 'm_', drawn(ALPHANUMERIC, 36, 'npm')),
  AWS_ID: word('AK', 'IA', drawn('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16, 'aws id')),
  AWS_SECRET: drawn(BASE64, 40, 'aws secret'),
  JWT: [base64('{"alg":"HS256"}'), base64('{"sub":"1"}'), drawn(ALPHANUMERIC, 43, 'jwt')]
    .map((part) => part.replace(/=/g, ''))
    .join('.'),
  PEM_BEGIN: ['-----BEGIN', 'PRIVATE', 'KEY-----'].join(' '),
  PEM_END: ['-----END', 'PRIVATE', 'KEY-----'].join(' '),
  PEM_BODY: drawn(BASE64, 64, 'pem'),
  BASIC: base64(word('ann:', 'Tr0ub4', 'dor3')),
  CARD: `4${'1'.repeat(15)}`,
  ARGON: word(
    '$argon',
    '2id$v=19$m=65536,t=3,p=4$',
    drawn(BASE64, 22, 's'),
    '$',
    drawn(BASE64, 43, 'h'),
  ),
  BCRYPT: word('$2', 'b$12$', drawn(`./${ALPHANUMERIC}`, 53, 'bcrypt')),
  APR1: word('$ap', 'r1$', drawn(ALPHANUMERIC, 8, 'apr salt'), '$', drawn(ALPHANUMERIC, 22, 'apr')),
  K8S: base64(word('Tr0ub4', 'dor&', '3-cluster')),
  DOCKER_AUTH: base64(word('deployer:', drawn(ALPHANUMERIC, 20, 'docker auth'))),
};

const benignValues: Readonly<Record<string, string>> = {
  SHA1: drawn(HEX, 40, 'sha1'),
  SHA256: drawn(HEX, 64, 'sha256'),
  SHA256_BASE64: `${drawn(BASE64, 43, 'sha256 base64')}=`,
  SHA512: drawn(HEX, 128, 'sha512'),
  SHA512_BASE64: `${drawn(BASE64, 86, 'sha512 base64')}==`,
  MD5: drawn(HEX, 32, 'md5'),
  UUID: [8, 4, 4, 4, 12].map((length) => drawn(HEX, length, `uuid${length}`)).join('-'),
  ULID: `01${drawn('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 24, 'ulid')}`,
  IMAGE: `iVBORw0KGgo${drawn(BASE64, 200, 'image')}`,
  KEY_BODY: drawn(BASE64, 64, 'public key'),
  MODULUS: drawn(BASE64.replace('+/', '-_'), 342, 'modulus'),
  POINT: drawn(BASE64.replace('+/', '-_'), 43, 'point'),
  STRIPE_PUBLISHABLE: word('pk_', 'test_', drawn(ALPHANUMERIC, 24, 'publishable')),
  ACCOUNT: '111122223333',
};

/** Fills in `{{NAME}}`; a name that stands for nothing is a mistake in the corpus. */
export function filled(text: string): string {
  return text.replace(/\{\{([A-Z\d_]+)\}\}/g, (_, name: string) => {
    const value = values[name] ?? benignValues[name];
    if (value === undefined) throw new Error(`no value of the corpus is called ${name}`);
    return value;
  });
}
