import type { Node, ObjectExpression } from '@babel/types';

import { blocksOf } from './blocks.ts';
import { bare, constantOf, nameOf } from './read.ts';
import { textOf } from './passages.ts';

/** One statement of an IAM policy, in whatever it is written. */
export interface Statement {
  readonly denies: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** `*` where anyone is meant. Empty in the policy of an identity. */
  readonly principals: readonly string[];
  readonly conditional: boolean;
  /** Whether it grants all but what it lists: NotAction, NotResource, NotPrincipal. */
  readonly inverted: boolean;
}

/** A key of a statement with what follows it, in JSON, YAML and HCL. */
const ACTION_KEY = /(?<![\w.-])["']?(?:Not_?)?Actions?["']?[ \t]{0,8}[:=]/gi;
const LONGEST_LIST = 3_000;

/** Statements in text, each once. */
export function* statementsIn(text: string): Generator<{ statement: Statement; offset: number }> {
  const blockAt = blocksOf(text);
  let read = 0;
  for (const { index } of text.matchAll(ACTION_KEY)) {
    if (index < read) continue;
    const block = blockAt(index);
    read = block.start + block.text.length;
    if (!hasKey(block.text, '(?:Not_?)?Resources?|Effect|(?:Not_?)?Principals?')) continue;
    yield { statement: readBlock(block.text), offset: index };
  }
}

function readBlock(text: string): Statement {
  return {
    denies: valuesOf(text, 'Effect').some((effect) => /deny/i.test(effect)),
    actions: valuesOf(text, 'Actions?'),
    resources: valuesOf(text, 'Resources?'),
    principals: valuesOf(text, 'Principals?'),
    conditional: hasKey(text, 'Conditions?'),
    inverted: hasKey(text, 'Not_?(?:Action|Resource|Principal)s?'),
  };
}

function hasKey(text: string, key: string): boolean {
  return new RegExp(`(?<![\\w.-])["']?(?:${key})["']?[ \\t]{0,8}[:={]`, 'i').test(text);
}

/** What follows a key: one value, a list in brackets, or the dashed or deeper lines below. */
function valuesOf(text: string, key: string): string[] {
  const match = new RegExp(
    `(?<![\\w.-])["']?(?:${key})["']?[ \\t]{0,8}[:={]+[ \\t]{0,8}`,
    'i',
  ).exec(text);
  if (!match) return [];
  const rest = text.slice(match.index + match[0].length, match.index + LONGEST_LIST);
  const list =
    /^\[[^\]]*/.exec(rest) ??
    /^\{[^}]*/.exec(rest) ??
    /^\r?\n(?:[ \t]*(?:- ?[^:\n]*(?::[^ \n][^\n]*)?|["']?(?:AWS|Service|Federated)["']?:[^\n]*)(?:\n|$))+/.exec(
      rest,
    );
  const values = list?.[0] ?? /^[^\n,}]*/.exec(rest)?.[0] ?? '';
  return values
    .split(/[\s,"'[\]{}]+|(?:AWS|Service|Federated|Fn::Sub|identifiers|type)["']?\s*[:=]/)
    .filter((value) => value !== '' && !/^(?:-|=|:|![A-Z]\w*)$/.test(value));
}

/** A statement in code: an object that names actions, and what they are for. */
export function statementOf(node: ObjectExpression): Statement | undefined {
  const fields = new Map<string, Node>();
  for (const property of node.properties) {
    if (property.type !== 'ObjectProperty') continue;
    fields.set(nameOf(property.key).toLowerCase().replace(/_|s$/g, ''), property.value);
  }
  if (!fields.has('action') && !fields.has('notaction')) return undefined;
  const names = [...fields.keys()];
  if (!names.some((name) => /^(?:not)?resource$|^effect$|^(?:not)?principal$/.test(name)))
    return undefined;
  if (!fields.has('effect') && isWord(fields.get('resource'))) return undefined;
  const words = (name: string): string[] => wordsIn(fields.get(name));
  return {
    denies:
      words('effect').some((word) => /deny/i.test(word)) ||
      /deny/i.test(nameOf(fields.get('effect'))),
    actions: words('action'),
    resources: words('resource'),
    principals: words('principal'),
    conditional: fields.has('condition'),
    inverted: names.some((name) => /^not(?:action|resource|principal)$/.test(name)),
  };
}

/** `{ resource: 'team', actions: '*' }` in an application: in AWS a resource has an address, and a plain word is none. */
function isWord(value: Node | null | undefined): boolean {
  return /^[a-z][\w-]*$/i.test(constantOf(value) ?? '');
}

/** Constants in a value: itself, in a list, or one level down in an object. What is computed counts as named. */
function wordsIn(value: Node | null | undefined): string[] {
  const inner = bare(value);
  if (inner?.type === 'ArrayExpression') return inner.elements.flatMap(wordsIn);
  if (inner?.type === 'ObjectExpression') {
    return inner.properties.flatMap((property) =>
      property.type === 'ObjectProperty' ? wordsIn(property.value) : [],
    );
  }
  if (!inner) return [];
  return [constantOf(inner) ?? textOf(inner) ?? nameOf(inner)];
}
