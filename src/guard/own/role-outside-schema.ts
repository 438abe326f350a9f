import type { Rule } from '../rule.ts';
import { constantOf } from '../syntax/read.ts';
import { isPrivileged } from '../syntax/words.ts';
import { type Exempt, programsExcept } from './places.ts';

/** The closed set of policies/app.cedarschema; a test keeps the two equal. */
export const ROLES: readonly string[] = ['member', 'operator'];

export const ROLE_PLACES: readonly Exempt[] = [
  { path: '(?:.*/)?[\\w-]+\\.test\\.ts', reason: 'A test plays callers with and without a role.' },
  { path: 'test/.*', reason: 'The invariants and what they share play callers too.' },
  {
    path: 'platform/test/support/.*',
    reason: 'Policies and callers made for tests; production code never imports from there.',
  },
  {
    path: 'services/[\\w-]+/modules/[\\w-]+/index\\.ts',
    reason: 'Says what its module is called, and a resource may be called what a role is.',
  },
  {
    path: 'services/[\\w-]+/modules/(?:outbound-)?webhook-[\\w-]+/(?:endpoint|events)\\.ts',
    reason: 'Says what an endpoint or a stream is called, and which headers a sender signs.',
  },
  {
    path: 'migrations/order\\.ts',
    reason: 'Lists modules by name, likewise.',
  },
  {
    path: 'infra/.*|platform/src/aws/logins\\.ts',
    reason:
      'Names programs and logins of the database; one of them is called operator, and nobody signs in as it.',
  },
  {
    path: 'services/[\\w-]+/modules/[\\w-]+/samples\\.ts',
    reason: 'Names who may send each request that the invariants send; no service imports it.',
  },
];

const WORD = `(?:${ROLES.join('|')}|[\\w-]{0,8}admin\\w{0,10}|super[-_ ]?user|root|god|full[-_ ]?access|power[-_ ]?user|staff|manager|moderator|maintainer)`;

/** `'member'` within a query or a longer text. */
const QUOTED = /["'](?<word>[\w-]{1,40})["']/g;

export const roleOutsideSchema: Rule = {
  id: 'role-outside-schema',
  control: 'AUTHZ-1',
  reason:
    'A role that code compares with is a second policy: it grants what no policy says and no decision matrix shows.',
  wayOut: 'Ask the policies, and take the names of roles from the schema they are checked against.',
  files: programsExcept(ROLE_PLACES),
  keywords: [new RegExp(`["'\`]${WORD}["'\`]`, 'i')],
  syntax: (report) => ({
    StringLiteral(node) {
      if (isRole(node.value)) report(node);
    },
    TemplateElement(node) {
      const text = node.value.cooked ?? node.value.raw;
      const quoted = [...text.matchAll(QUOTED)].some((match) =>
        isRole(match.groups?.['word'] ?? ''),
      );
      if (quoted || isRole(text)) report(node);
    },
    BinaryExpression(node) {
      // Only what no piece of it says: `'mem' + 'ber'`.
      const whole = constantOf(node);
      if (whole !== undefined && isRole(whole)) report(node);
    },
  }),
};

function isRole(text: string): boolean {
  return (
    ROLES.includes(text.toLowerCase()) ||
    isPrivileged(text) ||
    /^(?:staff|manager|moderator|maintainer)$/i.test(text)
  );
}
