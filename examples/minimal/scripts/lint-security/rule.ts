import type { Node } from './syntax.ts';

export interface Source {
  readonly path: string;
  readonly text: string;
}

/** One way in which a service stops to hold what it claims. */
export interface Rule {
  readonly id: string;
  readonly control: string;
  // Why it matters and what to do instead, in a sentence.
  readonly says: string;
  // Where it does not apply, and only what is there for a reason.
  readonly except?: RegExp;
  readonly isBroken: (node: Node, above: readonly Node[], source: Source) => boolean;
}
