import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { namesSecret } from '../../../templates/app/platform/src/secret-shapes/named-secrets.ts';
import { chainOf, constantOf } from '../syntax/read.ts';

const VERSION = /(?:^|\.)(?:secretsmanager|secretmanager|keyvault)\w*\.(?:SecretVersion|Secret)$/i;
const VALUE = /^(?:secretString|secretBinary|secretData|value)$/;

/** A configuration of Pulumi read as plain text. */
const READS = /(?:^|\.)(?:config|cfg|conf|\w{0,30}Config)\.(?:get|require)$/;

export const secretInState: Rule = {
  id: 'secret-in-state',
  control: 'SUPPLY-5',
  reason:
    'A secret that passes through the program lies in its state and its configuration, and everyone who may preview a change can read it.',
  wayOut:
    'Create the secret empty and let an operator or a rotation fill it; what has to be configured is read with `requireSecret`.',
  keywords: [/@pulumi\//],
  syntax: (report) => {
    let ofPulumi = false;
    return {
      StringLiteral(node) {
        if (node.value.startsWith('@pulumi/')) ofPulumi = true;
      },
      NewExpression(node) {
        if (!ofPulumi || !VERSION.test(chainOf(node.callee))) return;
        if (node.arguments.some(hasValue)) report(node);
      },
      CallExpression(node) {
        const name = constantOf(node.arguments[0]);
        if (ofPulumi && READS.test(chainOf(node.callee)) && namesSecret(name ?? '')) report(node);
      },
    };
  },
};

/** An empty secret has a name and a key, and nothing to keep. */
function hasValue(argument: Node): boolean {
  return (
    argument.type === 'ObjectExpression' &&
    argument.properties.some(
      (property) =>
        property.type === 'ObjectProperty' &&
        property.key.type === 'Identifier' &&
        (VALUE.test(property.key.name) ||
          (property.key.name === 'properties' && hasValue(property.value))),
    )
  );
}
