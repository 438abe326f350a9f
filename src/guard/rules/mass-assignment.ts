import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { isWholeBody } from '../syntax/input.ts';
import { bare, chainOf, nameOf } from '../syntax/read.ts';

/** Functions that store what they are given. */
const STORES =
  /^(?:(?:create|update|insert|upsert|save|patch|replace|register|merge|persist|store|add)(?:[A-Z_]\w*)?|(?:findOneAnd|findByIdAnd)\w+|values|set|assign|build|bulkCreate|doUpdateSet)$/;

/** Those that share a name with a store's and store nothing. */
const NOT_STORES =
  /^(?:createHash|createHmac|createHash\w+|setTimeout|setHeader|addHook|addSchema|createReadStream|hash)$/;

export const massAssignment: Rule = {
  id: 'mass-assignment',
  control: 'AUTHZ-4',
  reason:
    'Fields the form never showed, such as role or tenant, are stored when a request carries them.',
  wayOut: 'Name each field that may be written.',
  keywords: [/\.\s{0,20}body\b|\[["'`]body|\.json\(\)|formData\(|parseBody|\.valid\(/],
  syntax: (report) => {
    const aliases = new Set<string>();
    const isInput = (node: Node | null | undefined): boolean => {
      const inner = bare(node);
      return isWholeBody(inner) || (inner?.type === 'Identifier' && aliases.has(inner.name));
    };
    const check = (node: Node, callee: string, values: readonly Node[]): void => {
      if (NOT_STORES.test(callee)) return;
      if (values.some((value) => carries(value, isInput))) report(node);
    };
    return {
      VariableDeclarator(node) {
        if (node.id.type === 'Identifier' && isInput(node.init)) aliases.add(node.id.name);
      },
      CallExpression(node) {
        const callee = nameOf(node.callee);
        if (STORES.test(callee) && !isCollection(node.callee)) check(node, callee, node.arguments);
      },
      NewExpression(node) {
        if (
          /^(?:Request|Response|Error|Blob|File|URLSearchParams|Map|Set|Uint8Array|FormData)$|Error$/.test(
            nameOf(node.callee),
          )
        )
          return;
        check(node, '', node.arguments);
      },
    };
  },
};

/** `cache.set(key, body)` on a Map keeps bytes, not fields. */
function isCollection(callee: Node): boolean {
  return /(?:^|\.)(?:cache|map|seen|headers|searchParams|reply|crypto)\w*\.(?:set|add|update)$/i.test(
    chainOf(callee),
  );
}

/** The whole body itself, spread into an object, or as the value of a `data` field. */
function carries(value: Node, isInput: (node: Node) => boolean): boolean {
  const inner = bare(value);
  if (!inner) return false;
  if (isInput(inner)) return true;
  if (inner.type === 'SpreadElement') return isInput(inner.argument);
  if (inner.type !== 'ObjectExpression') return false;
  return inner.properties.some((property) => {
    if (property.type === 'SpreadElement') return isInput(property.argument);
    if (property.type !== 'ObjectProperty') return false;
    return (
      /^(?:data|create|update|\$set|set|values)$/.test(nameOf(property.key)) &&
      carries(property.value, isInput)
    );
  });
}
