import type { Node } from '@babel/types';

import { bare, chainOf, constantOf, contains, nameOf } from './read.ts';

const HEADER =
  /^(?:host|referr?er|user-agent|forwarded|via|x-forwarded-(?:for|host)|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/i;

const HEADERS = /(?:^|\.)headers?(?:\(\))?$/i;
const READS_HEADER = /(?:^|\.)(?:get|header|getHeader)$/;

/** `request.ip`, `req.hostname`, `ctx.request.ip`, `socket.remoteAddress`. */
const OF_REQUEST =
  /(?:^|\.)(?:(?:_?req|request|ctx|context|c|event)\.(?:ips?|hostname|host)|remoteAddress|sourceIp)$/;

/** The same in a variable of its own. */
const VARIABLE =
  /^(?:(?:client|remote|source|user|caller|request)_?)?(?:ip|ip_?addr(?:ess)?|user_?agent|referr?er)$/i;

const COMPARES = /^(?:includes|startsWith|endsWith|has|test|match|(?:is|in)[A-Z]\w*)$/;

/** Whether a test asks where a request comes from, and is true when it comes from there. */
export function asksForPlace(test: Node): boolean {
  const inner = bare(test);
  switch (inner?.type) {
    case 'LogicalExpression':
      return asksForPlace(inner.left) || asksForPlace(inner.right);
    case 'BinaryExpression':
      return (
        /^===?$/.test(inner.operator) &&
        [inner.left, inner.right].some(isPlace) &&
        !isMissing(inner.right)
      );
    case 'CallExpression':
    case 'OptionalCallExpression':
      return COMPARES.test(nameOf(inner.callee)) && contains(inner, isPlace);
    default:
      return false;
  }
}

function isMissing(node: Node): boolean {
  return node.type === 'NullLiteral' || nameOf(node) === 'undefined' || constantOf(node) === '';
}

function isPlace(node: Node): boolean {
  const inner = bare(node);
  switch (inner?.type) {
    case 'Identifier':
      return VARIABLE.test(inner.name);
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      if (HEADERS.test(chainOf(inner.object))) return HEADER.test(nameOf(inner));
      return OF_REQUEST.test(chainOf(inner));
    case 'CallExpression':
    case 'OptionalCallExpression':
      return (
        READS_HEADER.test(chainOf(inner.callee)) &&
        HEADER.test(constantOf(inner.arguments[0]) ?? '')
      );
    default:
      return false;
  }
}
