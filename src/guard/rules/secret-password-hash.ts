import type { Rule } from '../rule.ts';

/** Hashes with their salt, as tools print them. The parameters alone (`$2b$12$`) are how code names an algorithm. */
const HASHES: readonly RegExp[] = [
  // bcrypt
  /\$2[abxy]\$\d\d\$[./A-Za-z\d]{53}/g,
  // Argon2 and scrypt, in the format of the password hashing competition
  /\$(?:argon2(?:id|i|d)|scrypt)\$[\w=,$]{1,60}\$[A-Za-z\d+/]{11,64}={0,2}\$[A-Za-z\d+/]{16,128}/g,
  // crypt(3): MD5, Apache's, SHA-256, SHA-512, yescrypt
  /\$(?:1|apr1)\$[./A-Za-z\d]{1,8}\$[./A-Za-z\d]{22}/g,
  /\$[56]\$(?:rounds=\d{1,9}\$)?[./A-Za-z\d]{1,16}\$[./A-Za-z\d]{43,86}/g,
  /\$y\$[./A-Za-z\d]{2,8}\$[./A-Za-z\d]{1,86}\$[./A-Za-z\d]{43}/g,
  // LDAP, Django, PostgreSQL
  /\{(?:SSHA|SHA|SMD5)\d{0,3}\}[A-Za-z\d+/]{20,120}={0,2}/g,
  /\bpbkdf2_sha(?:1|256|512)\$\d{1,9}\$[A-Za-z\d]{1,40}\$[A-Za-z\d+/]{27,88}={0,2}/g,
  /\bSCRAM-SHA-256\$\d{1,9}:[A-Za-z\d+/]{8,64}={0,2}\$[A-Za-z\d+/]{43}=:[A-Za-z\d+/]{43}=/g,
];

export const secretPasswordHash: Rule = {
  id: 'secret-password-hash',
  control: 'SUPPLY-6',
  reason:
    'The hash of a password in a file is guessed offline, without a limit, and opens the account it was made for.',
  wayOut: 'Set the first password at run time by the person it belongs to, and change this one.',
  keywords: [
    /\$(?:2[abxy]|argon2\w{1,2}|scrypt|1|apr1|5|6|y)\$|\{S(?:SHA|HA|MD5)|pbkdf2_sha|SCRAM-SHA/,
  ],
  text: ({ content }) => find(content),
  answer: ({ text }) => find(text).length > 0,
};

function find(text: string): number[] {
  return HASHES.flatMap((format) => [...text.matchAll(format)].map((match) => match.index));
}
