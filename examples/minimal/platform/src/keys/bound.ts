import { fields } from '../audit/chain.ts';
import type { Bound } from './keys.ts';

/** Encodes what a ciphertext is and where it belongs, without ambiguity. */
export function boundFields(head: readonly string[], bound: Bound): string {
  if (bound.every((part) => part === ''))
    throw new TypeError('A ciphertext is bound to something: name where it belongs.');
  return fields([...head, ...bound]);
}
