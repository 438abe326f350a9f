import { readingsOf } from './disguise.ts';
import { type Finding, inOrder } from './finding.ts';
import { isPlain } from './plain-words.ts';
import { printable, ruleAgainstName, WITHHELD } from './public-name.ts';
import type { Rule } from './rule.ts';
import { answerLimits, LIMITS } from './rules/answer-limits.ts';
import { rules as allRules } from './rules/index.ts';
import { secretKnownFormat } from './rules/secret-known-format.ts';
import { secretProviderKey } from './rules/secret-provider-key.ts';
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
  return inOrder(findings.filter(({ file }) => !hasFindingWithin(file, findings)));
}

/** A key in one item also shows in the items put together; where it stands is said once, and as exactly as can be. */
function hasFindingWithin(pointer: string, findings: readonly Finding[]): boolean {
  return findings.some(({ file }) => file.startsWith(`${pointer}/`));
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
      yield* judgeParts(value, pointer, rules);
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

/** What a piece of a random key has in it; words and versions in a row would only look like one. */
const RANDOM_PIECE = /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+/=-]{8,}$/;

/** A value that is cut into pieces of a list is still whole to whoever reads the list. */
async function* judgePieces(
  list: readonly unknown[],
  pointer: string,
  rules: readonly Rule[],
): AsyncGenerator<Hit> {
  const pieces = list.filter((item) => typeof item === 'string' || typeof item === 'number');
  if (pieces.length < 2) return;
  const whole = pieces.join('').slice(0, LIMITS.characters);
  const asTyped = pieces.every((piece) => RANDOM_PIECE.test(String(piece)));
  yield* judgeReadings([...(asTyped ? [] : ['']), ...readingsOf(whole)], pointer, '', rules);
}

/** Rules that know a value by its form alone. Others would see meaning where one answer happens to follow another. */
const FORM_RULES: ReadonlySet<string> = new Set([secretKnownFormat.id, secretProviderKey.id]);

/** The same over the members of an object: a prefix under one key, the rest under the next. */
async function* judgeParts(
  value: object,
  pointer: string,
  rules: readonly Rule[],
): AsyncGenerator<Hit> {
  const parts = Object.values(value).slice(0, LIMITS.values);
  const texts = parts.filter((part) => typeof part === 'string');
  if (texts.length < 2) return;
  const whole = texts.join('').slice(0, LIMITS.characters);
  const formed = rules.filter((rule) => FORM_RULES.has(rule.id));
  yield* judgeReadings(['', whole], pointer, '', formed);
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
  if (readings.every((reading) => isPlain(name, reading))) return;
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
