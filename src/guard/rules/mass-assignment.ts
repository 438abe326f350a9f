import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { BodyAliases } from '../syntax/body-aliases.ts';
import { bare, chainOf, nameOf } from '../syntax/read.ts';

/** Functions that store what they are given. */
const STORES =
  /^(?:(?:create|update|insert|upsert|save|patch|replace|register|merge|persist|store|add)(?:[A-Z_]\w{0,100})?|(?:findOneAnd|findByIdAnd)\w{1,100}|values|set|assign|build|bulkCreate|doUpdateSet)$/;

/** Those that share a name with a store's and store nothing. */
const NOT_STORES =
  /^(?:createHash|createHmac|createHash\w+|setTimeout|setHeader|addHook|addSchema|createReadStream|hash)$/;

/** What is made from bytes, keys or messages rather than from fields. */
const NOT_ENTITIES =
  /^(?:Request|Response|Error|Blob|File|URLSearchParams|Map|Set|Uint8Array|FormData)$|Error$/;

/** Fields of an options object that hold what is stored. */
const STORED = /^(?:data|create|update|\$set|set|values|Item)$/;

export const massAssignment: Rule = {
  id: 'mass-assignment',
  control: 'AUTHZ-4',
  reason:
    'Fields the form never showed, such as role or tenant, are stored when a request carries them.',
  wayOut: 'Name each field that may be written.',
  keywords: [/\bbody\b|\.json\(\)|formData\(|parseBody|\.valid\(/],
  syntax: (report) => {
    const aliases = new BodyAliases();
    const check = (node: Node, values: readonly Node[], ancestors: readonly Node[]): void => {
      const isBody = (value: Node) => aliases.isBody(value, ancestors);
      if (values.some((value) => carries(value, isBody))) report(node);
    };
    return {
      VariableDeclarator: (node, ancestors) => aliases.learn(node.id, node.init, ancestors),
      AssignmentExpression(node, ancestors) {
        aliases.learn(node.left, node.right, ancestors);
        // `user[key] = body[key]`: every field, one at a time.
        if (isComputed(node.left) && isComputed(node.right)) {
          check(node, [node.right.object], ancestors);
        }
      },
      CallExpression(node, ancestors) {
        const callee = nameOf(node.callee);
        if (!STORES.test(callee) || NOT_STORES.test(callee) || isCollection(node.callee)) return;
        check(node, node.arguments, ancestors);
      },
      NewExpression(node, ancestors) {
        if (!NOT_ENTITIES.test(nameOf(node.callee))) check(node, node.arguments, ancestors);
      },
    };
  },
};

function isComputed(node: Node): node is Node & { type: 'MemberExpression'; object: Node } {
  return node.type === 'MemberExpression' && node.computed && node.property.type === 'Identifier';
}

/** `cache.set(key, body)` on a Map keeps bytes, not fields. */
function isCollection(callee: Node): boolean {
  return /(?:^|\.)(?:cache|map|seen|headers|searchParams|reply|crypto)\w*\.(?:set|add|update)$/i.test(
    chainOf(callee),
  );
}

/** The whole body itself, spread into an object or a list, or as the value of a field that is stored. */
function carries(value: Node, isBody: (node: Node) => boolean): boolean {
  const inner = bare(value);
  if (!inner) return false;
  if (isBody(inner)) return true;
  if (inner.type === 'SpreadElement') return isBody(inner.argument);
  if (inner.type !== 'ObjectExpression') return false;
  return inner.properties.some(
    (property) =>
      property.type === 'ObjectProperty' &&
      STORED.test(nameOf(property.key)) &&
      carries(property.value, isBody),
  );
}
