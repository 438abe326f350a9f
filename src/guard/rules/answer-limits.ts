import type { Rule } from '../rule.ts';

/** How far answers may nest, and how much they may hold, before the walk stops and refuses them. */
export const LIMITS = {
  /** Our deepest question nests three; beyond twelve somebody is testing the walk. */
  depth: 12,
  /** A long description. Larger texts would buy time for the decoders and hide a secret in the noise. */
  characters: 16_384,
  /** Objects, lists and values in all. */
  values: 5_000,
} as const;

/** Reported by the walk over the answers itself. */
export const answerLimits: Rule = {
  id: 'answer-limits',
  control: 'SUPPLY-6',
  reason:
    'An answer too large or too deep to read through could carry a secret past every other rule.',
  wayOut: 'Shorten it; files belong in the project, not in the answers.',
};
