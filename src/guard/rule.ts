import type { Node } from '@babel/types';

export interface SourceFile {
  readonly path: string;
  readonly content: string;
}

/** What a rule may know beside the file it reads. */
export interface Project {
  readonly files: readonly SourceFile[];
}

/** A string from the answers, in one of its readings (as typed, or with a disguise removed). */
export interface Answer {
  /** The last object key on the way to it, or '' at the top. */
  readonly name: string;
  readonly text: string;
  /** `disguised` when it only appeared after decoding; rules that guess by randomness skip those. */
  readonly disguised: boolean;
}

/** Called for each syntax node of its type, with the nodes around it, outermost first. */
export type Visitor = {
  readonly [T in Node['type']]?: (
    node: Extract<Node, { type: T }>,
    ancestors: readonly Node[],
  ) => void;
};

/**
 * One rule of the guard: one shape that must never be emitted. Give it the detectors it needs; each is optional.
 * A new rule is one file beside the others and one line in rules/index.ts.
 */
export interface Rule {
  /** Kebab-case, stable: printed in findings and used by tests. */
  readonly id: string;
  /** Id in controls.json. */
  readonly control: string;
  /** Which attack it stops, in one sentence that stands alone. */
  readonly reason: string;
  /** What to do instead, in one sentence. */
  readonly wayOut: string;
  /** Files it reads. All, when absent. */
  readonly files?: RegExp;
  /**
   * Cheap tests that every violation passes, each of them. Text that fails one is skipped, so most files never load
   * the parser. All are read, when absent.
   */
  readonly keywords?: readonly RegExp[];
  /** Offsets of violations in the text. */
  readonly text?: (
    file: SourceFile,
    project: Project,
  ) => Iterable<number> | Promise<Iterable<number>>;
  /** Makes a visitor for one TypeScript or JavaScript file; `report` takes the violating node. */
  readonly syntax?: (report: (node: Node) => void) => Visitor;
  /** Whether a string among the answers violates the rule. */
  readonly answer?: (answer: Answer) => boolean | Promise<boolean>;
}
