import type { CallExpression, Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { anyOf } from '../syntax/detectors.ts';
import { functionName, isInDecision } from '../syntax/decisions.ts';
import { comesFromInput } from '../syntax/input.ts';
import { chainOf, constantOf, contains, isFunction, nameOf } from '../syntax/read.ts';
import { fieldOf, inSettings, OFF, ON, plain, visitSettings, wordOf } from '../syntax/settings.ts';
import { isWeakList, payloadsByHand, verifiersOf } from '../syntax/tokens.ts';

/** Beyond clocks that drift: what is tolerated longer than this is an expired token. */
const MOST_TOLERANCE_SECONDS = 300;

/** Functions that tell others who is calling. One that says how long a token lasts decides nothing. */
const SAYS_WHO =
  /auth|user|session|claims|role|login|guard|identity|principal|tenant|subject|middleware/i;
const SAYS_LESS = /expir|remaining|refresh|header|kid$|peek|inspect|print|display|debug/i;

const DECODES = /^(?:jwt|jsonwebtoken|JWT)\.decode$|(?:^|\.)(?:jwtDecode|jwt_decode|decodeJwt)$/;
const UNSECURED = /(?:^|\.)UnsecuredJWT(?:\.decode)?$/;
const VERIFIES = /verify|timingSafeEqual|jwtDecrypt|introspect/i;

export const tokenUnverified: Rule = tokenRule(true);

/**
 * For projects of others: the libraries choose among the algorithms that fit the key, so naming none weakens nothing by
 * itself. Ours names one.
 */
export const tokenReadUnverified: Rule = tokenRule(false);

function tokenRule(wantsAlgorithms: boolean): Rule {
  return {
    id: 'token-unverified',
    control: 'AUTH-7',
    reason:
      'A token that is read without its signature, algorithm and lifetime being checked says whatever its sender wrote into it.',
    wayOut: 'Verify with one key, one algorithm named in code, issuer, audience and expiry.',
    // What runs in a browser decides nothing, and tests of a verifier forge tokens.
    files:
      /^(?!tests?\/|.*(?:[.-](?:test|spec|e2e)\.[cm]?[jt]s$|\.[jt]sx$|(?:^|\/)__tests__\/|lock\.(?:json|yaml)$))/,
    keywords: [
      /jwt|jsonwebtoken|jws|algorithm|\balg\b|ignoreExpiration|base64|atob|clockTolerance/i,
    ],
    ...anyOf(
      inSettings(isOff),
      {
        syntax: (report) => {
          const isVerifier = verifiersOf();
          const isPayload = payloadsByHand();
          return {
            ImportDeclaration: (node) => isVerifier.learn(node),
            VariableDeclarator(node) {
              isVerifier.learn(node);
              isPayload.learn(node);
            },
            CallExpression(node, ancestors) {
              if (wantsAlgorithms && isVerifier.test(node) && !namesAlgorithms(node)) report(node);
              const unverified = isDecode(node) || isPayload.test(node);
              if (UNSECURED.test(chainOf(node.callee))) report(node);
              else if (unverified && isTrusted(node, ancestors)) report(node);
            },
            NewExpression(node) {
              if (UNSECURED.test(nameOf(node.callee))) report(node);
            },
          };
        },
      },
      {
        syntax: (report) =>
          visitSettings((written, value) => {
            const name = plain(written);
            if (name === 'algorithms' && isWeakList(value)) report(value);
            if (name === 'clocktolerance' && isTooLong(value)) report(value);
          }),
      },
    ),
  };
}

function isOff(name: string, value: string): boolean {
  if (/^(?:ignoreexpiration|ignorenotbefore)$/.test(name)) return ON.test(value);
  if (/^(?:verifyjwt|jwtverify|verifytoken)$/.test(name)) return OFF.test(value);
  return /^(?:alg|algorithm|jwtalg|jwtalgorithms?)$/.test(name) && value === 'none';
}

function isTooLong(value: Node): boolean {
  const word = wordOf(value) ?? '';
  return (
    Number(word) > MOST_TOLERANCE_SECONDS ||
    /^\d{1,9}\s{0,2}(?:h|hours?|d|days?|w|weeks?|y|years?)$/.test(word)
  );
}

/** Without a list, the token's header picks among all that fit the key. A spread may hold the list. */
function namesAlgorithms(call: CallExpression): boolean {
  const options = call.arguments[2];
  if (options?.type !== 'ObjectExpression') return options !== undefined && !isFunction(options);
  const spreads = options.properties.some(({ type }) => type === 'SpreadElement');
  return spreads || fieldOf(options, /^algorithms$/) !== undefined;
}

/** With `complete`, it is the header that is wanted: which key to fetch. */
function isDecode(call: CallExpression): boolean {
  if (!DECODES.test(chainOf(call.callee))) return false;
  const options = call.arguments[1];
  return options?.type !== 'ObjectExpression' || wordOf(fieldOf(options, /^complete$/)) !== 'true';
}

/** Whether what was read says who is calling, and nothing in the same function verifies it. */
function isTrusted(call: CallExpression, ancestors: readonly Node[]): boolean {
  const at = ancestors.findLastIndex(isFunction);
  const around = ancestors[at];
  const name = around ? functionName(around, ancestors[at - 1]) : '';
  if (around && contains(around, isVerification)) return false;
  if (comesFromInput(call.arguments[0]) || isInDecision(ancestors)) return true;
  return SAYS_WHO.test(name) && !SAYS_LESS.test(name);
}

function isVerification(part: Node): boolean {
  return (
    part.type === 'CallExpression' &&
    VERIFIES.test(chainOf(part.callee) || (constantOf(part.callee) ?? ''))
  );
}
