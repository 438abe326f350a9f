import { findPrivateKeys } from '../../../templates/app/platform/src/secret-shapes/values.ts';
import type { Rule } from '../rule.ts';

export const secretPrivateKey: Rule = {
  id: 'secret-private-key',
  control: 'SUPPLY-6',
  reason: 'Whoever holds a private key signs and decrypts as its owner, and no log shows it.',
  wayOut:
    'Retire the key, and keep the new one in the key store, where it can be used but not read.',
  keywords: [/PRIVATE KEY|\bkty\b/],
  text: ({ content }) => findPrivateKeys(content).map(({ index }) => index),
  answer: ({ text }) => findPrivateKeys(text).length > 0,
};
