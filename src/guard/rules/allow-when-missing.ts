import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import {
  asksForMissing,
  branchSaysYes,
  isInDecision,
  saysYes,
  SAYS_YES,
} from '../syntax/decisions.ts';
import { bare, constantOf, nameOf } from '../syntax/read.ts';
import { namesDecision, namesPermission } from '../syntax/words.ts';

/** Names for what a route asks for, as opposed to what a caller lacks (`missingScopes`). */
const REQUIREMENT =
  /^(?:(?:required?|needed|allowed|expected|route)_?\w*|roles|permissions|scopes|rights|policies|rules)$/i;

/** Words for having been refused, whose absence proves nothing. */
const REFUSED =
  /^(?:is)?_?(?:banned|blocked|disabled|suspended|revoked|denied|forbidden|restricted|locked|deactivated)$/i;
const DENIED = /^(?:den(?:y|ied)|forbid(?:den)?|refused?|rejected|block(?:ed)?)$/i;
const ALLOWED = /^(?:is_?)?(?:allow(?:ed)?|authori[sz]ed|permitted|granted|ok|success)$/i;

/** `!required || ...` says yes without a word for it. */
const SAYS_YES_OR_SKIPS = new RegExp(`${SAYS_YES.source}|\\|\\||!==?|!\\w`, 'i');

export const allowWhenMissing: Rule = {
  id: 'allow-when-missing',
  control: 'AUTHZ-5',
  reason: 'A route that forgot its rule, or a policy that failed to load, is open to everyone.',
  wayOut: 'Treat a missing rule as a refusal, and refuse to start with a route that declares none.',
  keywords: [
    SAYS_YES_OR_SKIPS,
    /role|permi|polic|scope|auth|access|grant|right|guard|allow|\b(?:can|may|is|was|has|check|require|ensure|assert|verify|evaluate)_?[A-Z]|\bcan\b|\bmay\b|decide|decision|enforce|\bacl\b/i,
  ],
  syntax: (report) => ({
    IfStatement(node, ancestors) {
      const named = isInDecision(ancestors) ? isSomething : namesPermission;
      const open = asksForMissing(node.test, named) && branchSaysYes(node.consequent);
      const unknown = isInDecision(ancestors) && isNotRefused(node.test);
      const passes = unknown && branchSaysYes(node.consequent);
      if (
        open ||
        passes ||
        fallsThrough(node.test, node.alternate, next(node, ancestors), ancestors)
      )
        report(node);
    },
    ConditionalExpression(node, ancestors) {
      const named = isInDecision(ancestors) ? isSomething : namesPermission;
      const missing = asksForMissing(node.test, named) && saysYes(node.consequent);
      if (missing || (named(nameOf(node.test)) && isTrue(node.alternate))) report(node);
    },
    LogicalExpression(node, ancestors) {
      const decides = isInDecision(ancestors);
      if (node.operator === '??' && isTrue(node.right)) {
        if (
          decides ||
          namesPermission(nameOf(node.left)) ||
          asksForDecision(node.left) ||
          readsPermission(node.left)
        )
          report(node);
      }
      // `!required || caller.has(required)`: an absent requirement is met by everyone.
      if (node.operator === '||' && decides && returns(ancestors) && asksForRequirement(node.left))
        report(node);
    },
    ReturnStatement(node, ancestors) {
      if (isInDecision(ancestors) && node.argument && isNotRefused(node.argument)) report(node);
    },
    SwitchCase(node, ancestors) {
      if (node.test || !isInDecision(ancestors)) return;
      if (node.consequent.some(branchSaysYes)) report(node);
    },
  }),
};

/** `if (required.length) { check } next()`: the check is skipped where nothing is required. */
function fallsThrough(
  test: Node,
  alternate: Node | null | undefined,
  following: Node | undefined,
  ancestors: readonly Node[],
): boolean {
  const subject = bare(test);
  const member =
    subject?.type === 'MemberExpression' || subject?.type === 'OptionalMemberExpression';
  const counted = member && /^(?:length|size)$/.test(nameOf(subject));
  const name = nameOf(counted ? subject.object : subject);
  if (!REQUIREMENT.test(name) || !namesPermission(name) || !isDecided(name, ancestors))
    return false;
  return branchSaysYes(alternate) || branchSaysYes(following);
}

/** `requiredRights` says for itself that it decides; `roles` needs a function that does. */
function isDecided(name: string, ancestors: readonly Node[]): boolean {
  return /^(?:required?|needed)/.test(name) || isInDecision(ancestors);
}

function next(node: Node, ancestors: readonly Node[]): Node | undefined {
  const block = ancestors.at(-1);
  if (block?.type !== 'BlockStatement') return undefined;
  return block.body[block.body.findIndex((statement) => statement === node) + 1];
}

/** `user?.banned !== true`, `verdict !== 'deny'`: true also when there is no user, and no verdict. */
function isNotRefused(test: Node): boolean {
  const inner = bare(test);
  if (inner?.type === 'UnaryExpression' && inner.operator === '!') {
    return (
      bare(inner.argument)?.type === 'OptionalMemberExpression' &&
      REFUSED.test(nameOf(inner.argument))
    );
  }
  if (inner?.type !== 'BinaryExpression' || !/^!==?$/.test(inner.operator)) return false;
  const { left, right } = inner;
  if (DENIED.test(constantOf(right) ?? '')) return true;
  if (right.type !== 'BooleanLiteral') return false;
  return right.value ? bare(left)?.type === 'OptionalMemberExpression' : ALLOWED.test(nameOf(left));
}

/** `permissions?.canEdit`: what may be done, read from what was granted. */
function readsPermission(left: Node): boolean {
  const inner = bare(left);
  if (inner?.type !== 'MemberExpression' && inner?.type !== 'OptionalMemberExpression')
    return false;
  return /^(?:can|may)[A-Z]/.test(nameOf(inner)) && namesPermission(nameOf(inner.object));
}

function asksForDecision(left: Node): boolean {
  const inner = bare(left);
  return /^(?:Optional)?CallExpression$/.test(inner?.type ?? '') && namesDecision(nameOf(inner));
}

function asksForRequirement(left: Node): boolean {
  return asksForMissing(left, (name) => REQUIREMENT.test(name) || namesPermission(name));
}

function returns(ancestors: readonly Node[]): boolean {
  return /^(?:ReturnStatement|ArrowFunctionExpression)$/.test(ancestors.at(-1)?.type ?? '');
}

function isTrue(node: Node): boolean {
  const inner = bare(node);
  return inner?.type === 'BooleanLiteral' && inner.value;
}

function isSomething(name: string): boolean {
  return name !== '';
}
