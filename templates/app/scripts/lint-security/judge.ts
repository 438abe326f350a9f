import type { Rule, Source } from './rule.ts';
import { allowOnError, anyOrigin, tokenUnverified, verificationOff } from './rules/open.ts';
import { inputDecides, massAssignment, privilegedFallback, roleLiteral } from './rules/power.ts';
import {
  builtStatement,
  environmentOutsideConfig,
  guessableValue,
  secretFallback,
  unscannedPrompt,
} from './rules/values.ts';
import { nodesOf, parseSource } from './syntax.ts';

export const rules: readonly Rule[] = [
  privilegedFallback,
  roleLiteral,
  inputDecides,
  massAssignment,
  allowOnError,
  verificationOff,
  tokenUnverified,
  anyOrigin,
  environmentOutsideConfig,
  secretFallback,
  builtStatement,
  guessableValue,
  unscannedPrompt,
];

export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: Rule;
}

/** What a source breaks, a rule once a line. */
export function findingsIn(source: Source): readonly Finding[] {
  const { path, text } = source;
  const applying = rules.filter(({ except }) => !except?.test(path));
  const found = new Map<string, Finding>();
  for (const [node, above] of nodesOf(parseSource(text))) {
    for (const rule of applying) {
      if (!rule.isBroken(node, above, source)) continue;
      const line = text.slice(0, node.start).split('\n').length;
      found.set(`${line} ${rule.id}`, { path, line, rule });
    }
  }
  return [...found.values()].toSorted((a, b) => a.line - b.line);
}
