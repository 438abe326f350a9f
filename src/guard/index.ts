export { scanAnswers } from './answers.ts';
export { type Finding, formatFinding } from './finding.ts';
export type { Answer, Project, Rule, SourceFile, Visitor } from './rule.ts';
export { rules } from './rules/index.ts';
export { type ScanOptions, scanFiles } from './scan.ts';
