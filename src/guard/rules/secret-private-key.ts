import type { Rule } from '../rule.ts';

const PEM_HEADER = /-----BEGIN (?:[A-Z\d]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;

/** The private part of a JSON Web Key. */
const JWK_PRIVATE = /(?<![\w"'])["']?d["']?\s{0,4}:\s{0,4}["'][\w-]{20,}["']/g;

/** How far around a header its body, and around a `d` its `kty`, are looked for. */
const NEARBY = 600;

export const secretPrivateKey: Rule = {
  id: 'secret-private-key',
  control: 'SUPPLY-6',
  reason: 'Whoever holds a private key signs and decrypts as its owner, and no log shows it.',
  wayOut:
    'Retire the key, and keep the new one in the key store, where it can be used but not read.',
  keywords: [/PRIVATE KEY|\bkty\b/],
  text: ({ content }) => find(content),
  answer: ({ text }) => find(text).length > 0,
};

function find(text: string): number[] {
  const pem = [...text.matchAll(PEM_HEADER)].filter((match) => hasBody(text, match.index));
  const jwk = [...text.matchAll(JWK_PRIVATE)].filter((match) => isKey(text, match.index));
  return [...pem, ...jwk].map((match) => match.index);
}

/** A header alone is how code recognises keys; with a body after it, it is one. */
function hasBody(text: string, at: number): boolean {
  return /[A-Za-z\d+/]{32}/.test(text.slice(at, at + NEARBY));
}

function isKey(text: string, at: number): boolean {
  return /\bkty\b/.test(text.slice(Math.max(0, at - NEARBY), at + NEARBY));
}
