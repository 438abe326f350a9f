import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { bare } from '../syntax/read.ts';

export const fallbackInConfig: Rule = {
  id: 'fallback-in-config',
  control: 'SUPPLY-6',
  reason:
    'A literal behind the environment is what production runs with where a variable is missing, secrets included.',
  wayOut: 'Refuse to start, or give a value that is no secret a default in the schema.',
  files: /(?:^|\/)services\/[\w-]{1,60}\/(?:.{0,200}\/)?(?:config|env)\.[cm]?[jt]s$/,
  // A default among parameters, or among names taken apart, comes after a bracket or a comma.
  keywords: [/\|\||\?\?|[({,]\s{0,80}[^(){},;`\n]{1,200}=(?![=>])/],
  syntax: (report) => {
    const check = (value: Node): void => {
      if (isLiteral(value)) report(value);
    };
    return {
      LogicalExpression(node) {
        if (node.operator !== '&&') check(node.right);
      },
      AssignmentExpression(node) {
        if (node.operator === '??=' || node.operator === '||=') check(node.right);
      },
      AssignmentPattern: (node) => check(node.right),
    };
  },
};

const LITERALS = /^(?:String|Numeric|Boolean|BigInt|RegExp|Template)Literal$/;

/** Text, numbers and flags, in objects and lists too. `null` and an empty object say that nothing was given. */
function isLiteral(value: Node): boolean {
  const inner = bare(value);
  switch (inner?.type) {
    case 'ArrayExpression':
      return inner.elements.some((element) => element !== null && isLiteral(element));
    case 'ObjectExpression':
      return inner.properties.some(
        (property) => property.type === 'ObjectProperty' && isLiteral(property.value),
      );
    case 'UnaryExpression':
      return isLiteral(inner.argument);
    case 'ConditionalExpression':
      return isLiteral(inner.consequent) || isLiteral(inner.alternate);
    case 'BinaryExpression':
      return inner.operator === '+' && [inner.left, inner.right].some(isLiteral);
    default:
      return LITERALS.test(inner?.type ?? '');
  }
}
