import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import {
  isRandom,
  mayBeRandom,
} from '../../../templates/app/platform/src/secret-shapes/randomness.ts';
import { findFormats, RUN } from '../../../templates/app/platform/src/secret-shapes/values.ts';
import { joinedText, noteConstant, type Texts } from '../syntax/pieces.ts';

export const secretInPieces: Rule = {
  id: 'secret-in-pieces',
  control: 'SUPPLY-6',
  reason:
    'A key cut into pieces is hidden from scanners, not from whoever runs or reads the program.',
  wayOut: 'Read it at run time from the secret store, and revoke the one that was written down.',
  keywords: [
    /\+|\.join\(|\.concat\(|\$\{/,
    // A piece of a key: mixed letters and digits between quotes, or the beginning of a format.
    /["'`}](?=[A-Za-z+/_-]{0,40}\d)(?=[A-Z\d+/_-]{0,40}[a-z])(?=[a-z\d+/_-]{0,40}[A-Z])[A-Za-z\d+/_-]{6,}={0,2}["'`$]|["'`](?:AKIA|ASIA|[rs]k_(?:live|test)_|whsec_|AIza|GOCSPX-|sk-\w{2,8}-|gh[oprsu]_|xox[abp]-|npm_|eyJ)/,
  ],
  syntax: (report) => {
    const texts: Texts = new Map();
    const check = (node: Node): void => {
      if (isSecret(joinedText(node, texts) ?? '')) report(node);
    };
    return {
      VariableDeclarator: (node) => noteConstant(texts, node.id, node.init),
      BinaryExpression: (node, ancestors) => {
        if (ancestors.at(-1)?.type !== 'BinaryExpression') check(node);
      },
      TemplateLiteral: check,
      CallExpression: check,
    };
  },
};

function isSecret(text: string): boolean {
  if (findFormats(text).length > 0) return true;
  return [...text.matchAll(RUN)].some(([run]) => mayBeRandom(run) && isRandom(run));
}
