import type { Rule } from '../rule.ts';
import { chainOf, constantOf, nameOf } from '../syntax/read.ts';

/** Headers that claim power. None is in any standard, and every client can send them. */
const POWER_HEADER =
  /^x-(?:[a-z\d]+-){0,3}(?:admin|debug|bypass|skip|sudo|impersonate|role|roles|permissions|override|god|root|superuser|is-admin|internal|trusted|no-auth|test-user|user-id|act-as|on-behalf-of)(?:-[a-z\d]+){0,3}$/i;

const HEADERS = /(?:^|\.)(?:raw|incoming|request|req)?headers?(?:\(\))?$/i;
const READS_HEADER = /(?:^|\.)(?:get|header|getHeader|has)$/;

export const headerBypass: Rule = {
  id: 'header-bypass',
  control: 'AUTHZ-4',
  reason:
    'Every client can send any header, so one that grants power is a password that everyone may guess.',
  wayOut: 'Take who is calling from the session, and what they may do from the policies.',
  keywords: [/x-/i],
  syntax: (report) => ({
    MemberExpression(node) {
      if (HEADERS.test(chainOf(node.object)) && POWER_HEADER.test(nameOf(node))) report(node);
    },
    OptionalMemberExpression(node) {
      if (HEADERS.test(chainOf(node.object)) && POWER_HEADER.test(nameOf(node))) report(node);
    },
    CallExpression(node) {
      if (!READS_HEADER.test(chainOf(node.callee))) return;
      if (POWER_HEADER.test(constantOf(node.arguments[0]) ?? '')) report(node);
    },
    ObjectPattern(node) {
      for (const property of node.properties) {
        if (property.type === 'ObjectProperty' && POWER_HEADER.test(nameOf(property.key)))
          report(property);
      }
    },
  }),
};
