import type { Node } from '@babel/types';

import { NOT_A_LOCKFILE } from '../lockfiles.ts';
import type { Rule } from '../rule.ts';
import { branchSaysYes, isInDecision, saysYes } from '../syntax/decisions.ts';
import { dependsOnEnvironment, variableRead } from '../syntax/environment.ts';
import { bare, chainOf, constantOf, contains, nameOf } from '../syntax/read.ts';
import { SOURCE_FILE } from '../syntax/parse.ts';
import { namesDecision } from '../syntax/words.ts';

const CONTROL =
  '(?:AUTH[NZ]?|AUTHENTICATION|AUTHORI[SZ]ATION|LOGIN|MFA|2FA|OTP|CSRF|SIGNATURES?(?:_CHECK|_VERIFICATION|_VALIDATION)?|WEBHOOK_VERIFICATION|VERIF\\w*|GUARDS?|POLICY|POLICIES|PERMISSIONS?|RBAC|ABAC|ACCESS_CONTROL|RATE_?LIMIT\\w*|AUDIT\\w*)';
const OFF = '(?:SKIP|BYPASS|DISABLE|DISABLED|NO|IGNORE|WITHOUT|INSECURE|UNSAFE|FAKE|MOCK)';

/** `SKIP_AUTH`, `AUTH_DISABLED`, `RBAC_ENABLED`, `AUTH_BYPASS`: a name that is a switch for a control. */
const SWITCH = new RegExp(
  `^(?:[A-Z0-9]+_)?(?:${OFF}_${CONTROL}|${CONTROL}_(?:${OFF}|ENABLED|OFF|ON|STRICT|REQUIRED|MODE))$`,
);

const READS_FLAG =
  /^(?:isEnabled|isOn|isOff|isActive|enabled|hasFeature|getFlag|flag|feature|variation|boolVariation|getBooleanValue|checkGate)$/;
const FLAG =
  /(?:^|[-_.:])(?:auth[nz]?|authentication|authori[sz]ation|login|mfa|2fa|rbac|abac|csrf|guards?|permissions?|polic(?:y|ies)|access-?control)(?:$|[-_.:])/i;

/** The same, given a value in configuration. */
const SET_SWITCH =
  /^[ \t]*(?:-[ \t]+|export[ \t]+|ENV[ \t]+|ARG[ \t]+)?["']?(?<name>[A-Z][A-Z0-9_]{4,60})["']?[ \t]*[:=]/gm;

export const environmentBypass: Rule = {
  id: 'environment-bypass',
  control: 'AUTHZ-4',
  reason:
    'A variable that turns a check off is set by a copied file or a wrong stage, and nobody notices in production.',
  wayOut: 'Give tests a caller with the rights they need, and leave the check on everywhere.',
  files: NOT_A_LOCKFILE,
  keywords: [
    /\benv\s{0,20}(?:[?!]{0,2}\.(?!ts\b|js\b)|[?!.]{0,3}\[|\))|=\s{0,20}(?:\w{1,20}\.){0,2}env\b|(?:is|in)_?(?:dev|test|local|debug|ci\b|e2e)|(?:dev|debug|test)_?(?:mode|env)|\b(?:dev|debug|development|testing)\b|(?:isEnabled|isOn|isOff|isActive|enabled|hasFeature|[fF]lag|feature|[vV]ariation|getBooleanValue|checkGate)\(|_(?:AUTH|LOGIN|MFA|2FA|OTP|CSRF|SIGNATURE|WEBHOOK|VERIF|GUARD|POLIC|PERMISSION|RBAC|ABAC|ACCESS|RATE|AUDIT)|(?:AUTH[A-Z]{0,20}|LOGIN|MFA|2FA|OTP|CSRF|SIGNATURES?|GUARDS?|POLICY|POLICIES|PERMISSIONS?|RBAC|ABAC|CONTROL)_/i,
  ],
  text: ({ path, content }) => (SOURCE_FILE.test(path) ? [] : switchesIn(content)),
  syntax: (report) => ({
    MemberExpression(node, ancestors) {
      const name = variableRead(node);
      if (name !== undefined && SWITCH.test(name) && !isCounted(ancestors)) report(node);
    },
    ObjectProperty(node) {
      if (SWITCH.test(nameOf(node.key)) && !isAmount(node.value)) report(node);
      else if (isVerification(nameOf(node.key)) && turnsOff(node.value)) report(node);
    },
    IfStatement(node, ancestors) {
      if (!dependsOnEnvironment(node.test) && !asksForSwitch(node.test)) return;
      if (branchSaysYes(node.consequent) && (isInDecision(ancestors) || callsNext(node.consequent)))
        report(node);
    },
    LogicalExpression(node, ancestors) {
      if (node.operator !== '||' || !dependsOnEnvironment(node.left)) return;
      const checks = contains(
        node.right,
        (part) => part.type === 'CallExpression' && namesDecision(nameOf(part.callee)),
      );
      const returned = isInDecision(ancestors) && ancestors.at(-1)?.type === 'ReturnStatement';
      // An empty list lets nobody in.
      if (checks || (returned && bare(node.right)?.type !== 'ArrayExpression')) report(node);
    },
    ConditionalExpression(node, ancestors) {
      if (!dependsOnEnvironment(node.test)) return;
      const open = [node.consequent, node.alternate].some((branch) => isOpen(branch, ancestors));
      if (open) report(node);
    },
  }),
};

/** `RATE_LIMIT_STRICT: '20'` says how much, not whether. */
function isAmount(value: Node): boolean {
  return /^(?:[2-9]|\d{2,})$/.test(constantOf(value) ?? '');
}

/** `parseInt(process.env.RATE_LIMIT_STRICT, 10)`, likewise. */
function isCounted(ancestors: readonly Node[]): boolean {
  const call = ancestors.findLast((node) => node.type !== 'LogicalExpression');
  return (
    call?.type === 'CallExpression' && /^(?:parseInt|parseFloat|Number)$/.test(nameOf(call.callee))
  );
}

/** A feature flag whose key names a control: `flags.isEnabled('enforce-auth')`. */
function asksForSwitch(test: Node): boolean {
  return contains(test, (part) => {
    if (part.type !== 'CallExpression' || !READS_FLAG.test(nameOf(part.callee))) return false;
    return FLAG.test(constantOf(part.arguments[0]) ?? '');
  });
}

function switchesIn(content: string): number[] {
  return [...content.matchAll(SET_SWITCH)]
    .filter((match) => SWITCH.test(match.groups?.['name'] ?? ''))
    .map((match) => match.index);
}

function isVerification(key: string): boolean {
  return /^(?:auth|authenticate|authorize|verify|verifySignature|requireAuth|requireMfa|csrf|enforce|rbac)$/i.test(
    key,
  );
}

/** `verify: NODE_ENV === 'production'`: on in one environment is off in the others. */
function turnsOff(value: Node): boolean {
  const inner = bare(value);
  if (inner?.type === 'BinaryExpression') return dependsOnEnvironment(inner);
  if (inner?.type !== 'ConditionalExpression') return false;
  return dependsOnEnvironment(inner.test) && [inner.consequent, inner.alternate].some(isFalse);
}

function isFalse(node: Node): boolean {
  return node.type === 'BooleanLiteral' && !node.value;
}

function callsNext(branch: Node): boolean {
  return contains(
    branch,
    (part) => part.type === 'CallExpression' && chainOf(part.callee) === 'next',
  );
}

/** A branch that allows: yes itself in a decision, or something named for allowing everything. */
function isOpen(branch: Node, ancestors: readonly Node[]): boolean {
  if (saysYes(branch) && isInDecision(ancestors)) return true;
  return /^(?:allowAll|allowAny|noAuth|noopAuth|skipAuth|bypass\w*|permitAll|fakeAuth|mockAuth)$/i.test(
    nameOf(branch),
  );
}
