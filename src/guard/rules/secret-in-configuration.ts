import { NOT_A_LOCKFILE } from '../lockfiles.ts';
import type { Rule } from '../rule.ts';
import { findForms, findKubernetesData, findSaid, findTableCells } from '../configuration-forms.ts';

const DOCUMENT = /\.(?:md|mdx|txt|adoc|rst|html?)$/;
const YAML = /\.ya?ml$/;

/** The names of passwords and keys, and the port in the middle of a line of .pgpass. */
const KEYWORDS = /pass|pwd|secret|token|key|credential|salt|pepper|:\d{1,5}:/i;

export const secretInConfiguration: Rule = {
  id: 'secret-in-configuration',
  control: 'SUPPLY-6',
  reason:
    'A password in a configuration file or document is known to everyone who gets a copy, backups and images included.',
  wayOut:
    'Name the secret there, let the program read its value from the secret store, and change it.',
  files: NOT_A_LOCKFILE,
  keywords: [KEYWORDS],
  text: ({ path, content }) => [
    ...findForms(path, content),
    ...(YAML.test(path) ? findKubernetesData(content) : []),
    ...(DOCUMENT.test(path) ? [...findTableCells(content), ...findSaid(content)] : []),
  ],
  answer: ({ text }) =>
    KEYWORDS.test(text) && (findSaid(text).length > 0 || findForms('answers.md', text).length > 0),
};
