import { everybodysRules } from './others/index.ts';
import { ownRules } from './own/index.ts';
import type { Rule } from './rule.ts';
import { rules } from './rules/index.ts';

export { scanAnswers } from './answers.ts';
export { type Finding, formatFinding } from './finding.ts';
export { ownRules } from './own/index.ts';
export type { Answer, Project, Rule, SourceFile, Visitor } from './rule.ts';
export { rules } from './rules/index.ts';
export { type ScanOptions, scanFiles } from './scan.ts';

/** What every file that we emit must pass. */
export const emittedRules: readonly Rule[] = [...rules, ...ownRules, ...everybodysRules];
