import type { Node } from '@babel/types';

import { isEnvironment, variableRead } from './environment.ts';
import { bare, chainOf, constantOf, contains, nameOf } from './read.ts';

/** Deciding by what an address looks like: anyone can sign up with one, or the list outlives the employee. */
const BY_ADDRESS = /(?:^|\.)(?:endsWith|includes|startsWith|match|test|has|indexOf)\(\)$/;
const ADDRESS = /e_?mail|domain|login|user_?name/i;

/** A word for power: `cookies.isAdmin`, `localStorage.getItem('role')`. */
const POWER =
  /^(?:is_?)?(?:admin|super_?user|root|staff|operator|owner|god|sudo)(?:_?mode)?$|^(?:user_?)?(?:roles?|permissions?|privileges?)$/i;

/** Words that only turn a check off: `?debug=1`. In the browser's storage they switch logging. */
const SWITCH = /^(?:is_?)?(?:debug|bypass|override|impersonate)(?:_?mode)?$/i;

const FROM_CALLER =
  /(?:^|\.)(?:(?:_?req|request|ctx|context|c|event)\.(?:req\.|request\.)?(?:query|params|body|cookies)|searchParams|queryStringParameters|query)$/;
const LOOKS_UP =
  /(?:^|\.)(?:searchParams|query|params|req)\.(?:get|has|query)$|(?:^|\.)req\.query$/;

/** What the browser keeps and its user edits. */
const CLIENT_STORE =
  /(?:^|\.)(?:localStorage|sessionStorage)\.getItem$|(?:^|\.)[cC]ookies?(?:\(\)|Store|Jar)?\.get$|^(?:getCookie|readCookie)$/;
const COOKIES = /(?:^|\.)(?:cookies|localStorage|sessionStorage)$/;

/** Whether a test asks what an e-mail address, its domain or a login looks like, or is. */
export function asksForAddress(test: Node): boolean {
  return contains(test, (part) => {
    if (part.type === 'CallExpression') {
      return BY_ADDRESS.test(chainOf(part)) && contains(part, isAddress);
    }
    if (part.type !== 'BinaryExpression' || !/^===?$/.test(part.operator)) return false;
    // Another person's address is a comparison of two people; a constant is a list of one.
    return contains(part.left, isAddress) && isFixed(part.right);
  });
}

/** Whether a test asks a word for power of the request itself. */
export function asksInput(test: Node): boolean {
  const inner = bare(test);
  switch (inner?.type) {
    case 'LogicalExpression':
      return asksInput(inner.left) || asksInput(inner.right);
    case 'BinaryExpression':
      return /^===?$/.test(inner.operator) && isClaim(inner.left);
    default:
      return inner ? isClaim(inner) : false;
  }
}

/** Whether an expression reads a word for power from a cookie or from the browser's storage. */
export function readsClientStore(node: Node): boolean {
  if (node.type === 'CallExpression') {
    if (!CLIENT_STORE.test(chainOf(node.callee))) return false;
    return node.arguments.some((argument) => POWER.test(constantOf(argument) ?? ''));
  }
  return (
    node.type === 'MemberExpression' &&
    COOKIES.test(chainOf(node.object)) &&
    POWER.test(nameOf(node))
  );
}

function isClaim(node: Node): boolean {
  const inner = bare(node);
  if (inner?.type === 'CallExpression') {
    return LOOKS_UP.test(chainOf(inner.callee)) && isClaimed(constantOf(inner.arguments[0]) ?? '');
  }
  if (inner?.type !== 'MemberExpression' && inner?.type !== 'OptionalMemberExpression')
    return false;
  return FROM_CALLER.test(chainOf(inner.object)) && isClaimed(nameOf(inner));
}

function isClaimed(name: string): boolean {
  return POWER.test(name) || SWITCH.test(name);
}

function isAddress(node: Node): boolean {
  return ADDRESS.test(nameOf(node));
}

function isFixed(node: Node): boolean {
  const inner = bare(node);
  if (constantOf(inner)) return true;
  if (inner?.type === 'Identifier') return /^[A-Z][A-Z\d_]*$/.test(inner.name);
  return isEnvironment(inner) || variableRead(inner) !== undefined;
}
