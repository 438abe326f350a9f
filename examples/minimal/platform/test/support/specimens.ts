import { createHash } from 'node:crypto';

/** What nobody wrote and every scanner takes for a key: drawn anew each time, so that no file holds it. */
export function randomLetters(seed: string, length = 24): string {
  const digest = createHash('sha512').update(seed).digest('base64');
  return digest.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, length);
}

/** In the form of a key that moves money. */
export function specimenKey(seed = 'a specimen'): string {
  return ['sk', 'live', randomLetters(seed)].join('_');
}
