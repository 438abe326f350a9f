import type { Node } from '@babel/types';

import { type Finding, inOrder } from './finding.ts';
import { lineCounter } from './lines.ts';
import { printable, ruleAgainstName, WITHHELD } from './public-name.ts';
import type { Project, Rule, SourceFile, Visitor } from './rule.ts';
import { rules as allRules } from './rules/index.ts';
import { unreadable } from './rules/unreadable.ts';
import { parseSource, SOURCE_FILE } from './syntax/parse.ts';
import { walk } from './syntax/walk.ts';

/** Larger than any file we emit; a bigger one would cost more to judge than it can be worth. */
const LARGEST_FILE = 8 * 1024 * 1024;

/** `\u0061dmin` and `'ad' + 'min'` hide a keyword from the prefilter, so a source with such is always parsed. */
const HIDDEN_WORD = /\\[ux]|["'`]\s{0,20}\+\s{0,20}["'`]/;

export interface ScanOptions {
  /** The rules to apply; all of them unless a test takes one away. */
  readonly rules?: readonly Rule[];
  /** What the files are part of, where that is more than themselves. */
  readonly project?: Project;
  /** Parse every source, not only those that hold a keyword. For the proof at build time. */
  readonly parseAll?: boolean;
}

/**
 * Judges files before they are written.
 *
 * @returns every finding, sorted; empty when nothing stands against writing them.
 */
export async function scanFiles(
  files: readonly SourceFile[],
  options: ScanOptions = {},
): Promise<Finding[]> {
  const rules = options.rules ?? allRules;
  const findings: Finding[] = [];
  // One look at all paths together; each is looked at only when that finds something.
  const suspect = await ruleAgainstName(files.map((file) => file.path).join('\n'), rules);
  for (const file of files) {
    const pathRule = suspect ? await ruleAgainstName(file.path, rules) : undefined;
    const name = pathRule ? WITHHELD : printable(file.path);
    if (pathRule) findings.push(findingOf(pathRule, name, 1));
    for await (const { rule, line } of judge(file, options.project ?? { files }, options)) {
      if (rules.includes(rule)) findings.push(findingOf(rule, name, line));
    }
  }
  return inOrder(findings);
}

/** Makes the finding of a rule at a place. */
export function findingOf(rule: Rule, file: string, line: number): Finding {
  const { id, control, reason, wayOut } = rule;
  return { rule: id, control, file, line, reason, wayOut };
}

interface Hit {
  readonly rule: Rule;
  readonly line: number;
}

async function* judge(
  file: SourceFile,
  project: Project,
  { rules = allRules, parseAll = false }: ScanOptions,
): AsyncGenerator<Hit> {
  if (file.content.length > LARGEST_FILE) {
    yield { rule: unreadable, line: 1 };
    return;
  }
  const isSource = SOURCE_FILE.test(file.path);
  const reading = rules.filter(
    (rule) => (rule.text ?? (isSource && rule.syntax)) && (rule.files?.test(file.path) ?? true),
  );
  const hidden = isSource && (parseAll || HIDDEN_WORD.test(file.content));
  const concerned = reading.filter(
    (rule) => (hidden && rule.syntax) || hasKeywords(rule, file.content),
  );
  const lineAt = lineCounter(file.content);
  for (const rule of concerned) {
    if (!rule.text) continue;
    for (const offset of await rule.text(file, project)) yield { rule, line: lineAt(offset) };
  }
  if (isSource) yield* await judgeSyntax(file, concerned);
}

function hasKeywords(rule: Rule, content: string): boolean {
  return rule.keywords?.every((keyword) => keyword.test(content)) ?? true;
}

async function judgeSyntax(file: SourceFile, rules: readonly Rule[]): Promise<Hit[]> {
  const concerned = rules.filter((rule) => rule.syntax);
  if (concerned.length === 0) return [];
  const program = await parseSource(file.path, file.content);
  if (!program) return [{ rule: unreadable, line: 1 }];
  try {
    const hits: Hit[] = [];
    walk(program, concerned.map(visitorOf(hits)));
    return hits;
  } catch (error) {
    // Nested deeper than the stack: unjudged is refused, or nesting would be the way around every rule.
    if (error instanceof RangeError) return [{ rule: unreadable, line: 1 }];
    throw error;
  }
}

function visitorOf(hits: Hit[]): (rule: Rule) => Visitor {
  return (rule) => {
    const report = (node: Node): void => {
      hits.push({ rule, line: node.loc?.start.line ?? 1 });
    };
    return rule.syntax?.(report) ?? {};
  };
}
