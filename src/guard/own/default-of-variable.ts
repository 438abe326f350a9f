import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { nameOf } from '../syntax/read.ts';

/**
 * What may have a default: where to listen, how much to log, and limits that end in their unit. None of them opens
 * anything to anybody, so a forgotten variable costs comfort and no secret.
 */
const MAY_DEFAULT =
  /^(?:HOST|PORT|LOG_LEVEL)$|^[A-Z][A-Z\d_]*_(?:MS|SECONDS|MINUTES|BYTES|LIMIT|PORT)$/;

export const defaultOfVariable: Rule = {
  id: 'default-of-variable',
  control: 'SUPPLY-6',
  reason:
    'A variable with a default never stops a start, so a key, an address or a policy that was forgotten is the one everybody has.',
  wayOut: 'Leave the default out; what may have one is listed in the rule.',
  files: /(?:^|\/)services\/[\w-]{1,60}\/(?:.{0,200}\/)?(?:config|env)\.[cm]?[jt]s$/,
  keywords: [/default/],
  syntax: (report) => ({
    ObjectProperty(node, ancestors) {
      if (nameOf(node.key) === 'default' && !MAY_DEFAULT.test(variableOf(ancestors))) report(node);
    },
    CallExpression(node, ancestors) {
      if (nameOf(node.callee) === 'default' && !MAY_DEFAULT.test(variableOf(ancestors)))
        report(node);
    },
  }),
};

/** The name that a schema stands under. */
function variableOf(ancestors: readonly Node[]): string {
  const owner = ancestors.findLast((node) => node.type === 'ObjectProperty');
  return owner?.type === 'ObjectProperty' ? nameOf(owner.key) : '';
}
