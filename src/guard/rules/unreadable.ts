import type { Rule } from '../rule.ts';

/** The engine reports sources that do not parse, or are nested or grown beyond reading; this finds broken JSON. */
export const unreadable: Rule = {
  id: 'unreadable',
  control: 'SUPPLY-6',
  reason:
    'What cannot be read cannot be judged: a broken or bloated file would carry anything past every other rule.',
  wayOut: 'Make it parse, and keep it to the size of a file that people read.',
  files: /(?:^|\/)(?:package|package-lock|npm-shrinkwrap|secure-app)\.json$/,
  text: ({ content }) => (isJson(content) ? [] : [0]),
};

function isJson(content: string): boolean {
  try {
    JSON.parse(content);
    return true;
  } catch {
    return false;
  }
}
