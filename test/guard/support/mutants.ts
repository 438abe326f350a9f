import type { Rule, Visitor } from '../../../src/guard/index.ts';

/** A rule with one of its detectors taken out. */
export interface Mutant {
  /** `text`, `answer`, or the type of syntax node whose visitor is gone. */
  readonly lost: string;
  readonly rule: Rule;
}

/** One mutant for each detector that a rule has. */
export function mutantsOf(rule: Rule): Mutant[] {
  const mutants: Mutant[] = [];
  if (rule.text) mutants.push({ lost: 'text', rule: without(rule, 'text') });
  if (rule.answer) mutants.push({ lost: 'answer', rule: without(rule, 'answer') });
  const { syntax } = rule;
  if (!syntax) return mutants;
  for (const type of Object.keys(syntax(() => {})) as (keyof Visitor)[]) {
    const lame: Rule = { ...rule, syntax: (report) => withoutVisitor(syntax(report), type) };
    mutants.push({ lost: type, rule: lame });
  }
  return mutants;
}

/** The rule as it judges every text in full: keywords only save the time of reading what cannot match. */
export function withoutKeywords(rule: Rule): Rule {
  const { keywords: _, ...patient } = rule;
  return patient;
}

function without(rule: Rule, detector: 'text' | 'answer'): Rule {
  const { [detector]: _, ...lame } = rule;
  return lame;
}

function withoutVisitor(visitor: Visitor, type: keyof Visitor): Visitor {
  const { [type]: _, ...lame } = visitor;
  return lame;
}
