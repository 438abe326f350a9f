import type { Rule, Visitor } from '../../../src/guard/index.ts';
import type { Detectors } from '../../../src/guard/syntax/detectors.ts';
import { inTexts } from '../../../src/guard/syntax/passages.ts';
import { inSettings } from '../../../src/guard/syntax/settings.ts';

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

/** Detectors that several rules are made of, each with its own patterns. What one of them needs, all of them have. */
export interface Machinery {
  readonly name: string;
  readonly detectors: readonly string[];
}

export const machineries: readonly Machinery[] = [
  { name: 'settings', detectors: detectorsIn(inSettings(() => false)) },
  { name: 'texts', detectors: detectorsIn(inTexts(() => [])) },
];

/** Whether a rule is made of it: whoever uses it has all of its detectors. */
export function isMadeOf(rule: Rule, { detectors }: Machinery): boolean {
  const own = new Set(detectorsIn(rule));
  return detectors.every((detector) => own.has(detector));
}

/** The mutants that the rule's own fixtures must tell from it. */
export function ownMutantsOf(rule: Rule): Mutant[] {
  const shared = machineries.filter((machinery) => isMadeOf(rule, machinery));
  return mutantsOf(rule).filter(
    ({ lost }) => !shared.some(({ detectors }) => detectors.includes(lost)),
  );
}

function detectorsIn({ text, syntax, answer }: Detectors): string[] {
  const visitors = syntax ? Object.keys(syntax(() => {})) : [];
  return [...(text ? ['text'] : []), ...visitors, ...(answer ? ['answer'] : [])];
}
