import type { Rule } from '../rule.ts';
import { isAllowing } from '../syntax/decisions.ts';
import { SOURCE_FILE } from '../syntax/parse.ts';
import { nameOf } from '../syntax/read.ts';

/** Policy languages and the configuration of what enforces them, each in the one line that says yes. */
const OPEN: readonly RegExp[] = [
  // Rego: what nobody wrote a rule for.
  /^[ \t]{0,20}default[ \t]{1,20}[\w.]{0,60}?allow(?:ed)?[ \t]{0,20}:?=[ \t]{0,20}true\b/gm,
  /^[ \t]{0,20}default[ \t]{1,20}[\w.]{0,60}?den(?:y|ied)[ \t]{0,20}:?=[ \t]{0,20}false\b/gm,
  // Casbin: allowed unless a rule denies.
  /^[ \t]{0,20}e[ \t]{0,20}=[ \t]{0,20}!some\(where[ \t]{0,4}\(p\.eft[ \t]{0,4}==[ \t]{0,4}deny\)\)[ \t]{0,20}$/gm,
  // Proxies and gateways: the default, and what happens while the policy service is away.
  /^[ \t]{0,80}(?:-[ \t]{1,20})?["']?default[-_]?(?:policy|decision|effect|access|verdict|outcome|permission|authorization)?s?["']?[ \t]{0,20}:[ \t]{0,20}["']?(?:allow|permit|grant|bypass|one_factor)(?:ed|_all|all)?["']?[ \t]{0,20},?[ \t]{0,20}$/gim,
  /["']default[-_]?(?:policy|decision|effect|access|verdict|outcome|permission|authorization)?s?["']:[ \t]{0,20}["'](?:allow|permit|grant|bypass)["']/gi,
  /^[ \t]{0,80}(?:-[ \t]{1,20})?["']?(?:fail(?:ure)?[-_]?(?:mode[-_]?)?(?:open|allow)|allow[-_]?on[-_]?(?:error|failure|timeout))["']?[ \t]{0,20}[:=][ \t]{0,20}["']?(?:true|on|yes)\b/gim,
  // nginx: an address is enough, whatever the authentication says.
  /^[ \t]{0,80}satisfy[ \t]{1,20}any[ \t]{0,20};/gm,
];

/** `default: allow` says something about access only where access is the matter. */
const ABOUT_ACCESS =
  /auth|access|polic|permi|rbac|\bacl|\bopa\b|^[ \t]{0,20}default[ \t]{1,20}[\w.]{1,60}[ \t]{0,20}:?=|decision|effect|verdict|outcome|fail|on_?error|satisfy/im;

const DEFAULT =
  /^default_?(?:policy|decision|effect|access|verdict|outcome|permission|authorization)$|^on_?(?:error|failure|missing|timeout|unknown|no_?match)$/i;
const FAIL_OPEN =
  /^(?:fail_?open|(?:fail(?:ure)?_?mode_?)allow|allow_?on_?(?:error|failure|timeout|missing))$/i;

export const defaultAllow: Rule = {
  id: 'default-allow',
  control: 'AUTHZ-5',
  reason:
    'A policy that says yes where it has no rule is open for every new route, and while its store is away for all of them.',
  wayOut: 'Let the default be deny, and write down what is allowed.',
  files: /\.(?:rego|ya?ml|json|toml|conf|ini|cfg|csv|[cm]?[jt]sx?)$/,
  keywords: [
    /allow|permit|grant|bypass|one_factor|deny|denied|open|satisfy/i,
    /default|fail|p\.eft|on_?(?:error|failure|missing|timeout|unknown|no)|satisfy/i,
  ],
  text: ({ path, content }) =>
    SOURCE_FILE.test(path) || !ABOUT_ACCESS.test(content) ? [] : openIn(content),
  syntax: (report) => ({
    ObjectProperty(node) {
      const key = nameOf(node.key);
      if (DEFAULT.test(key) && isAllowing(node.value)) report(node);
      if (FAIL_OPEN.test(key) && node.value.type === 'BooleanLiteral' && node.value.value)
        report(node);
    },
  }),
};

function openIn(content: string): number[] {
  return OPEN.flatMap((open) =>
    [...content.matchAll(open)].map((match) => match.index + match[0].search(/\S/)),
  );
}
