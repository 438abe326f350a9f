import type { Node } from '@babel/types';

import { isWholeBody } from './input.ts';
import { bare, chainOf, isFunction, nameOf } from './read.ts';

type Maybe = Node | null | undefined;

/** Where the body is one field among others: `const { body } = request`. */
const REQUEST = /^(?:this\.)?(?:_?req|request|ctx|context|c|event)(?:\.(?:req|request))?$/;

/** The whole body, and the variables that hold it, each within the function it was named in. */
export class BodyAliases {
  readonly #scopes = new Map<string, Set<Node>>();

  /** Whether an expression is everything the caller sent: the body, a copy of it, or what is left of it. */
  isBody(node: Maybe, ancestors: readonly Node[]): boolean {
    const inner = bare(node);
    if (inner?.type === 'Identifier') {
      const scopes = this.#scopes.get(inner.name);
      return scopes !== undefined && ancestors.some((ancestor) => scopes.has(ancestor));
    }
    if (inner?.type === 'ObjectExpression') {
      // Named fields beside it hide nothing of what is spread.
      return inner.properties.some(
        (part) => part.type === 'SpreadElement' && this.isBody(part.argument, ancestors),
      );
    }
    if (inner?.type === 'CallExpression') {
      if (/^(?:JSON\.parse|Object\.fromEntries|structuredClone)\(\)$/.test(chainOf(inner))) {
        return this.isBody(inner.arguments[0], ancestors);
      }
    }
    return isWholeBody(inner);
  }

  /** Remembers what `target = value` names. */
  learn(target: Node, value: Maybe, ancestors: readonly Node[]): void {
    const scope = ancestors.findLast(isFunction) ?? ancestors[0];
    if (!scope) return;
    for (const name of this.#namesIn(target, value, ancestors)) {
      this.#scopes.set(name, (this.#scopes.get(name) ?? new Set()).add(scope));
    }
  }

  *#namesIn(target: Node, value: Maybe, ancestors: readonly Node[]): Generator<string> {
    const whole = this.isBody(value, ancestors);
    if (target.type === 'Identifier' && whole) yield target.name;
    if (target.type !== 'ObjectPattern') return;
    for (const part of target.properties) {
      // `{ id, ...fields } = body` leaves whatever else was sent.
      if (part.type === 'RestElement') {
        if (whole) yield nameOf(part.argument);
      } else if (nameOf(part.key) === 'body' && REQUEST.test(chainOf(value))) {
        yield nameOf(part.value);
      }
    }
  }
}
