import type { CallExpression, Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { SHIPPED } from '../shipped-files.ts';
import { anyOf } from '../syntax/detectors.ts';
import { bare, chainOf, contains, isFunction, nameOf, statementsOf } from '../syntax/read.ts';
import { inSettings, OFF, ON } from '../syntax/settings.ts';
import { comparesSignature, endsInCheck, isCheck, isSwallowed } from '../syntax/signatures.ts';

const KEEPS_ON =
  /^(?:verify|validate|check|require)(?:webhook)?(?:signatures?|hmac)$|^(?:webhook|signature)(?:signature)?(?:verification|validation|check)(?:enabled)?$|^verifywebhooks?$/;
const KEEPS_OFF =
  /^(?:dangerously|unsafe)?(?:skip|disable|ignore|bypass|no)(?:webhook|hmac)?(?:signatures?)?(?:verification|verify|verifysignature|validation|signaturecheck)$|^(?:skip|disable|ignore)signature$/;

/** Verifications that answer yes or no, and throw nothing that would stop what follows. */
const ANSWERS =
  /(?:^|\.)(?:timingSafeEqual|validateRequest|verifyRequestSignature)$|^(?:crypto|nodeCrypto)\.verify$|subtle\.verify$|createVerify\(\)(?:\.update\(\))*\.verify$|(?:^|\.)(?:sign\.detached|ed25519|secp256k1|argon2|bcrypt)\.(?:verify|compare)$/;
const PROMISES = /subtle\.verify$|(?:^|\.)(?:argon2\.verify|bcrypt\.compare|jwtVerify)$/;

export const signatureUnverified: Rule = {
  id: 'signature-unverified',
  control: 'HOOK-1',
  reason:
    'A message whose signature is not checked, or checked without effect, can be sent by anyone who knows the address.',
  wayOut:
    'Verify each message in constant time with a secret that must be set, and stop when that says no or throws.',
  files: SHIPPED,
  keywords: [/signature|verif|hmac|timingSafeEqual|validat|_sig\b|Sig\b|constructEvent|bcrypt/i],
  ...anyOf(inSettings(isOff), {
    syntax: (report) => ({
      ExpressionStatement({ expression }) {
        const call = bare(expression);
        if (call?.type === 'CallExpression' && isIgnored(call)) report(call);
      },
      IfStatement(node, ancestors) {
        if (isPromise(node.test) || skipsUnsigned(node.test)) report(node.test);
        if (
          checksOnlyIfSet(node.test, node.consequent) &&
          !node.alternate &&
          goesOn(node, ancestors)
        )
          report(node);
      },
      ConditionalExpression(node) {
        if (checksOnlyIfSet(node.test, node.consequent) && !contains(node.alternate, isCheck))
          report(node);
      },
      BinaryExpression(node) {
        if (/^[!=]==?$/.test(node.operator) && comparesSignature(node.left, node.right))
          report(node);
      },
      TryStatement(node, ancestors) {
        if (endsInCheck(node) && isSwallowed(node) && goesOn(node, ancestors)) report(node);
      },
    }),
  }),
};

/** In capitals it is a switch in the environment, the matter of environment-bypass. */
function isOff(name: string, value: string, written: string): boolean {
  if (/^[A-Z\d_]+$/.test(written)) return false;
  return KEEPS_ON.test(name) ? OFF.test(value) : KEEPS_OFF.test(name) && ON.test(value);
}

/** An answer that nobody hears. A callback hears it, and comparing a value with itself only takes time. */
function isIgnored({ callee, arguments: values }: CallExpression): boolean {
  if (!ANSWERS.test(chainOf(callee)) || values.some(isFunction)) return false;
  const [left, right] = values.map(chainOf);
  return left === '' || left !== right;
}

/** A promise is true before it knows. */
function isPromise(test: Node): boolean {
  if (test.type === 'UnaryExpression') return isPromise(test.argument);
  return test.type === 'CallExpression' && PROMISES.test(chainOf(test.callee));
}

/** `signature && !verify(signature)`: leaving the signature out is the way in. */
function skipsUnsigned(test: Node): boolean {
  if (test.type !== 'LogicalExpression' || test.operator !== '&&') return false;
  const negated = test.right.type === 'UnaryExpression' && test.right.operator === '!';
  return negated && namesProof(test.left) && contains(test.right, isCheck);
}

/** `if (secret) { verify }`: without the secret or the header, everything passes. */
function checksOnlyIfSet(test: Node, consequent: Node): boolean {
  const inner = bare(test);
  if (inner?.type === 'LogicalExpression')
    return inner.operator === '&&' && checksOnlyIfSet(inner.left, consequent);
  return namesProof(test) && contains(consequent, isCheck);
}

/** A signature or the secret for it, asked whether it is there. */
function namesProof(test: Node): boolean {
  const inner = bare(test);
  if (!/^(?:Identifier|(?:Optional)?MemberExpression)$/.test(inner?.type ?? '')) return false;
  return /secret|signature|signing_?key/i.test(nameOf(inner));
}

/** Whether something follows that runs all the same. */
function goesOn(node: Node, ancestors: readonly Node[]): boolean {
  const parent = ancestors.at(-1);
  const statements = parent?.type === 'Program' ? parent.body : statementsOf(parent);
  const at = statements.findIndex((statement) => statement === node);
  return at !== -1 && at < statements.length - 1;
}
