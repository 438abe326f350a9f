import type { Entry } from '../plan/project.ts';

/**
 * A managed index: a small file that composes what the modules bring, so that no module edits a shared file. It is
 * rewritten in full as long as nobody else has touched it; after that the user gets the exact lines instead.
 */
export interface Seam {
  readonly path: string;
  /** Whether a module enters itself here. */
  readonly takes: (entry: Entry) => boolean;
  /** The whole file for these entries, formatted. */
  readonly compose: (entries: readonly Entry[], packageSpec: string) => string;
  /** Whether a file that a person edited already (or still) holds the entry. */
  readonly holds: (text: string, entry: Entry) => boolean;
  /** The lines to put into (or take out of) a file that a person edited. */
  readonly lines: (entry: Entry) => readonly string[];
}

/** The width Prettier is given in emitted projects. */
const PRINT_WIDTH = 100;

export function header(packageSpec: string): string {
  return [
    '// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.',
    `// Change it with \`npx ${packageSpec} generate\` or \`remove\`.`,
    '',
  ].join('\n');
}

/** `const x = [a, b];` as Prettier prints it: on one line while it fits, one item a line after that. */
export function bracketed(
  before: string,
  open: string,
  items: readonly string[],
  close: string,
): string {
  const spaced = open === '{' && items.length > 0 ? ' ' : '';
  const flat = `${before}${open}${spaced}${items.join(', ')}${spaced}${close};`;
  if (flat.length <= PRINT_WIDTH) return `${flat}\n`;
  return `${before}${open}\n${items.map((item) => `  ${item},\n`).join('')}${close};\n`;
}
