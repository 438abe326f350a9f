import type { Rule } from '../rule.ts';
import {
  isReference,
  looksChosen,
  namesSecret,
} from '../../../templates/app/platform/src/secret-shapes/named-secrets.ts';

/** A value after an option that takes nothing else. `$X`, `<x>` and further options are none. */
const VALUE = `["']?(?<value>[^\\s"'\`$<>%{}|;-][^\\s"'\`|;]{1,200})`;

/** Options whose letter says nothing, by the command that gives it its meaning. */
const OPTIONS: readonly RegExp[] = [
  new RegExp(`\\bmysql(?:dump|admin|import|show)?\\b[^\\n|;]{0,200}?\\s-p${VALUE}`, 'g'),
  new RegExp(`\\bsshpass\\s{1,4}-p\\s{0,4}${VALUE}`, 'g'),
  new RegExp(
    `\\b(?:docker|podman|helm|oras|az|oc|skopeo)\\b[^\\n|;]{0,80}\\blogin\\b[^\\n|;]{0,200}?\\s-p[ =]${VALUE}`,
    'g',
  ),
  new RegExp(`\\bredis-cli\\b[^\\n|;]{0,200}?\\s-a\\s{1,4}${VALUE}`, 'g'),
  new RegExp(`\\bhtpasswd\\s{1,4}-\\w{0,6}b\\w{0,6}\\s[^\\n|;]{1,200}?\\s${VALUE}\\s{0,4}$`, 'gm'),
  // The commands of secret stores, and what they are to keep.
  new RegExp(
    `\\b(?:SecureString|secrets?|secretsmanager)\\b[^\\n|;]{0,200}?\\s--(?:value|body|secret-string)[ =]${VALUE}`,
    'g',
  ),
  // What is piped to a command that reads a password.
  new RegExp(
    `\\b(?:echo|printf)\\s{1,4}(?:-n\\s{1,4})?${VALUE}["']?\\s{0,4}\\|[^\\n]{0,120}(?:--password-stdin|\\bchpasswd\\b|\\bpasswd\\b|sudo\\s{1,8}-S)`,
    'g',
  ),
];

/** `--password x`; with `=` it is an assignment like any other. */
const LONG_OPTION = new RegExp(`(?<![\\w-])--(?<name>[a-z][a-z-]{0,40})[ \\t]{1,4}${VALUE}`, 'g');

const KEYWORDS =
  /\b(?:mysql\w{0,20}|sshpass|login|redis-cli|htpasswd)\b[^\n]{0,200}\s-|password-stdin|passwd\b|sudo\s{1,8}-S|--(?:value|body|secret-string)[ =]|--[a-z-]{0,40}(?:pass|secret|token|key|pwd|salt|pepper|credential)[a-z-]{0,40}\s/;

export const secretCommandLine: Rule = {
  id: 'secret-command-line',
  control: 'SUPPLY-6',
  reason:
    'A password on a command line stands in the file, in the shell history and in the process list of the machine.',
  wayOut:
    'Let the command read it from a file or from standard input, filled from the secret store.',
  keywords: [KEYWORDS],
  text: ({ content }) => find(content),
  answer: ({ text }) => KEYWORDS.test(text) && find(text).length > 0,
};

function find(text: string): number[] {
  const short = OPTIONS.flatMap((option) => [...text.matchAll(option)]);
  const long = [...text.matchAll(LONG_OPTION)].filter(({ groups }) =>
    namesSecret(groups?.['name'] ?? ''),
  );
  return [...short, ...long].filter(isChosen).map((match) => match.index);
}

/** The next word of a sentence, the name of a database or a path stand in the same places. */
function isChosen({ groups }: RegExpExecArray): boolean {
  const value = groups?.['value'] ?? '';
  return !isReference(value) && looksChosen(value);
}
