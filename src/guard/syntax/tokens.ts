import type { CallExpression, Node } from '@babel/types';

import { bare, chainOf, constantOf, contains, nameOf } from './read.ts';

type Maybe = Node | null | undefined;

/** Learns names from declarations, in source order, and knows calls by them. */
export interface Known {
  learn(declaration: Node): void;
  test(call: CallExpression): boolean;
}

const LIBRARY = 'jsonwebtoken';

/** Calls of `verify` from the library that lets the header choose. */
export function verifiersOf(): Known {
  const chains = new Set<string>();
  return {
    learn(node) {
      if (node.type === 'ImportDeclaration' && node.source.value === LIBRARY) {
        for (const specifier of node.specifiers) {
          if (specifier.type !== 'ImportSpecifier') chains.add(`${specifier.local.name}.verify`);
          else if (nameOf(specifier.imported) === 'verify') chains.add(specifier.local.name);
        }
      }
      if (node.type !== 'VariableDeclarator' || !isRequired(node.init)) return;
      if (node.id.type === 'Identifier') chains.add(`${node.id.name}.verify`);
      if (node.id.type === 'ObjectPattern') chains.add('verify');
    },
    test: (call) => chains.has(chainOf(call.callee)),
  };
}

function isRequired(node: Maybe): boolean {
  const inner = bare(node);
  if (inner?.type !== 'CallExpression' || nameOf(inner.callee) !== 'require') return false;
  return constantOf(inner.arguments[0]) === LIBRARY;
}

/** Calls that decode the middle part of a token by hand. */
export function payloadsByHand(): Known {
  const names = new Set<string>();
  const splits = new Set<string>();
  const isPayload = (part: Node): boolean =>
    isMiddle(part, splits) || (part.type === 'Identifier' && names.has(part.name));
  return {
    learn(node) {
      if (node.type !== 'VariableDeclarator') return;
      if (node.id.type === 'Identifier' && isSplit(node.init)) splits.add(node.id.name);
      if (node.id.type === 'Identifier' && isMiddle(bare(node.init), splits))
        names.add(node.id.name);
      if (node.id.type !== 'ArrayPattern' || !isSplit(node.init)) return;
      const middle = nameOf(node.id.elements[1]);
      if (middle) names.add(middle);
    },
    test: (call) => decodes(call) && contains(call.arguments[0], isPayload),
  };
}

function decodes(call: CallExpression): boolean {
  const chain = chainOf(call.callee);
  if (/^(?:window\.|globalThis\.)?atob$|(?:^|\.)base64url\.decode$/.test(chain)) return true;
  return chain === 'Buffer.from' && /^base64(?:url)?$/.test(constantOf(call.arguments[1]) ?? '');
}

/** `token.split('.')[1]` */
function isMiddle(node: Maybe, splits: ReadonlySet<string>): boolean {
  if (node?.type !== 'MemberExpression' && node?.type !== 'OptionalMemberExpression') return false;
  const { property, object } = node;
  if (property.type !== 'NumericLiteral' || property.value !== 1) return false;
  return isSplit(object) || splits.has(nameOf(object));
}

function isSplit(node: Maybe): boolean {
  const inner = bare(node);
  if (inner?.type !== 'CallExpression' && inner?.type !== 'OptionalCallExpression') return false;
  return nameOf(inner.callee) === 'split' && constantOf(inner.arguments[0]) === '.';
}

/**
 * Whether a list of algorithms lets the sender choose: `none`, what the token's own header says, or shared-secret and
 * public-key algorithms side by side, where a public key passes for the secret.
 */
export function isWeakList(value: Node): boolean {
  const inner = bare(value);
  if (inner?.type !== 'ArrayExpression') return nameOf(inner) === 'alg';
  const names = inner.elements.map((element) => constantOf(element) ?? '');
  if (names.some((name) => /^none$/i.test(name))) return true;
  if (
    inner.elements.some(
      (element) => bare(element)?.type !== 'StringLiteral' && nameOf(element) === 'alg',
    )
  )
    return true;
  return (
    names.some((name) => /^HS\d/.test(name)) &&
    names.some((name) => /^(?:[REP]S\d|EdDSA)/.test(name))
  );
}
