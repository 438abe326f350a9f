import type { Node } from '@babel/types';

import { bare, constantOf, nameOf } from './read.ts';
import { isPrivileged, isPrivilegedRole, namesPower } from './words.ts';

/** Whether a node hands power to somebody: a role assigned, a field filled with one, a call that promotes. */
export function givesPower(part: Node): boolean {
  if (part.type === 'AssignmentExpression') {
    return namesPower(nameOf(part.left)) && isPower(part.right);
  }
  if (part.type === 'ObjectProperty') return namesPower(nameOf(part.key)) && isPower(part.value);
  if (part.type !== 'CallExpression') return false;
  if (/^(?:makeAdmin|promote(?:ToAdmin)?|grantAdmin|setAdmin)$/.test(nameOf(part.callee)))
    return true;
  return part.arguments.some((argument) => isPrivileged(constantOf(argument) ?? ''));
}

/** Whether a value is power where a role or a flag of power is expected: `true`, `'admin'`, `Role.Owner`. */
export function isPower(node: Node): boolean {
  const inner = bare(node);
  if (inner?.type === 'BooleanLiteral') return inner.value;
  if (inner?.type === 'ArrayExpression') {
    return inner.elements.some((element) => element !== null && isPower(element));
  }
  return isPrivilegedRole(constantOf(inner) ?? nameOf(inner));
}
