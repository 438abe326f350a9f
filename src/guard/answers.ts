import { readingsOf } from './disguise.ts';
import { type Finding, inOrder } from './finding.ts';
import { printable, ruleAgainstName, WITHHELD } from './public-name.ts';
import type { Rule } from './rule.ts';
import { answerLimits, LIMITS } from './rules/answer-limits.ts';
import { rules as allRules } from './rules/index.ts';
import { findingOf, type ScanOptions } from './scan.ts';

/**
 * Judges answers before they are used: every string, number and key, as typed and with disguises removed. Findings
 * point into the answers (`answers/database/name`); a key that is itself a secret is withheld from the pointer.
 *
 * @param answers any JSON value, from prompts, flags or a file.
 */
export async function scanAnswers(answers: unknown, options: ScanOptions = {}): Promise<Finding[]> {
  const rules = options.rules ?? allRules;
  const findings: Finding[] = [];
  for await (const { rule, pointer } of walk(answers, rules)) {
    if (rules.includes(rule)) findings.push(findingOf(rule, pointer, 1));
  }
  return inOrder(findings);
}

interface Hit {
  readonly rule: Rule;
  readonly pointer: string;
}

interface Place {
  readonly value: unknown;
  readonly pointer: string;
  readonly name: string;
  readonly depth: number;
}

async function* walk(answers: unknown, rules: readonly Rule[]): AsyncGenerator<Hit> {
  const open: Place[] = [{ value: answers, pointer: 'answers', name: '', depth: 0 }];
  for (let seen = 1; open.length > 0; seen++) {
    const { value, pointer, name, depth } = open.pop() as Place;
    if (depth > LIMITS.depth || seen > LIMITS.values) {
      yield { rule: answerLimits, pointer };
      if (seen > LIMITS.values) return;
    } else if (Array.isArray(value)) {
      yield* judgePieces(value, pointer, rules);
      for (const [at, item] of value.slice(0, LIMITS.values).entries()) {
        open.push({ value: item, pointer: `${pointer}/${at}`, name, depth: depth + 1 });
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value).slice(0, LIMITS.values)) {
        const keyRule = await ruleAgainst(key, rules);
        const keyPointer = `${pointer}/${keyRule ? WITHHELD : printable(key)}`;
        if (keyRule) yield { rule: keyRule, pointer: keyPointer };
        open.push({ value: item, pointer: keyPointer, name: key, depth: depth + 1 });
      }
    } else {
      yield* judgeValue(value, pointer, name, rules);
    }
  }
}

/** A value that is cut into pieces of a list is still whole to whoever reads the list. Never one as typed. */
async function* judgePieces(
  list: readonly unknown[],
  pointer: string,
  rules: readonly Rule[],
): AsyncGenerator<Hit> {
  const pieces = list.filter((item) => typeof item === 'string' || typeof item === 'number');
  if (pieces.length < 2) return;
  const whole = pieces.join('').slice(0, LIMITS.characters);
  yield* judgeReadings(['', ...readingsOf(whole)], pointer, '', rules);
}

async function* judgeValue(
  value: unknown,
  pointer: string,
  name: string,
  rules: readonly Rule[],
): AsyncGenerator<Hit> {
  if (value === null || value === undefined || typeof value === 'boolean') return;
  const text = String(value);
  if (text.length > LIMITS.characters) yield { rule: answerLimits, pointer };
  else yield* judgeReadings(readingsOf(text), pointer, name, rules);
}

/** Readings in order; all but the first are disguises taken off. */
async function* judgeReadings(
  readings: readonly string[],
  pointer: string,
  name: string,
  rules: readonly Rule[],
): AsyncGenerator<Hit> {
  for (const rule of rules) {
    for (const [at, reading] of readings.entries()) {
      if (!(await rule.answer?.({ name, text: reading, disguised: at > 0 }))) continue;
      yield { rule, pointer };
      break;
    }
  }
}

async function ruleAgainst(name: string, rules: readonly Rule[]): Promise<Rule | undefined> {
  if (name.length > LIMITS.characters) return answerLimits;
  for (const reading of readingsOf(name)) {
    const rule = await ruleAgainstName(reading, rules);
    if (rule) return rule;
  }
  return undefined;
}
