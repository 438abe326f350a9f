import type { Draft } from './schemas.ts';

export const draft: Draft = {
  title: 'Blue',
};

// Other values, and nothing that may be left out.
export const sparse: Draft = {
  title: 'Green',
};

// One for each rule that refuses a body.
export const refused: readonly object[] = [
  { ...draft, title: undefined },
  { ...draft, title: null },
  { ...draft, title: 1 },
  { ...draft, title: '' },
  { ...draft, title: 'a'.repeat(201) },
  { ...draft, title: 'line\nbreak' },
  { ...draft, title: '\u001b[2J' },
  { ...draft, title: '\u0000' },
];
