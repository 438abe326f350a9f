import type { Node, ObjectExpression } from '@babel/types';

import type { Visitor } from '../rule.ts';
import type { Detectors } from './detectors.ts';
import { SOURCE_FILE } from './parse.ts';
import { instructionsOf } from './passages.ts';
import { bare, chainOf, constantOf, nameOf } from './read.ts';
import { eachChild } from './walk.ts';

/** What configuration of any kind says for no and for yes. */
export const OFF = /^(?:false|0|no|off|disabled?)$/;
export const ON = /^(?:true|1|yes|on|enabled?)$/;

/**
 * Whether a setting is wrong. The name comes as lower-case letters and digits only, so that `strictSSL`, `strict-ssl`
 * and `NPM_CONFIG_STRICT_SSL` end alike; the value in lower case; then the name as it was written.
 */
export type SettingTest = (name: string, value: string, written: string) => boolean;

/** `NAME=value`, `name: value`, `"name": "value"`, `--name=value`. */
const ASSIGNED =
  /(?<![\w.-])-{0,2}(?<name>[A-Za-z_][\w.-]{0,80})["']?[ \t]{0,8}(?:=>|:=|[:=])[ \t]{0,8}(?:"(?<double>[^"\n]{1,300})"|'(?<single>[^'\n]{1,300})'|(?<open>[^\s"'`,;#{}[\]()|<>&]{1,300}))/g;

/** `name: X` and `value: Y` side by side, as containers are given their environment. */
const PAIRED =
  /["']?\b(?:name|key)["']?[ \t]{0,8}[:=][ \t]{0,8}["']?(?<name>[A-Za-z_][\w.-]{0,80})["']?(?:,\s{0,40}|\s{1,40})["']?value["']?[ \t]{0,8}[:=][ \t]{0,8}["']?(?<open>[^\s"',}]{1,100})/gi;

/** Settings in settings: a command line inside a script inside a manifest. */
const NESTING = 3;

/** Detectors of a wrong setting in configuration, in code and among the answers. */
export function inSettings(isWrong: SettingTest): Detectors {
  return {
    text: ({ path, content }) =>
      SOURCE_FILE.test(path) ? [] : wrongIn(instructionsOf(path, content), isWrong),
    syntax: (report) =>
      visitSettings((written, value) => {
        const name = plain(written);
        if (outcomesOf(value).some((word) => isWrong(name, word, written))) report(value);
      }),
    answer: ({ name, text }) =>
      isWrong(plain(name), text.trim().toLowerCase(), name) || wrongIn(text, isWrong).length > 0,
  };
}

function wrongIn(text: string, isWrong: SettingTest): number[] {
  return settingsIn(text)
    .filter(({ name, value, written }) => isWrong(name, value, written))
    .map(({ index }) => index);
}

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly written: string;
  readonly index: number;
}

/** Several rules read the same file one after the other, so what was read last is kept. */
let last: { readonly text: string; readonly settings: readonly Setting[] } | undefined;

function settingsIn(text: string): readonly Setting[] {
  if (last?.text !== text) last = { text, settings: readSettings(text, 1) };
  return last.settings;
}

function readSettings(text: string, depth: number): Setting[] {
  const settings: Setting[] = [];
  for (const { index, groups } of [...text.matchAll(ASSIGNED), ...text.matchAll(PAIRED)]) {
    const value = groups?.['double'] ?? groups?.['single'] ?? groups?.['open'] ?? '';
    const written = groups?.['name'] ?? '';
    settings.push({ name: plain(written), value: value.toLowerCase(), written, index });
    if (depth === NESTING || !/[:=]/.test(value)) continue;
    for (const inner of readSettings(value, depth + 1)) settings.push({ ...inner, index });
  }
  return settings;
}

/** Calls for each name that code gives a value: fields, variables, and headers or options that are set by a call. */
export function visitSettings(
  visit: (written: string, value: Node, ancestors: readonly Node[]) => void,
): Visitor {
  return {
    ObjectProperty: (node, ancestors) => visit(nameOf(node.key), node.value, ancestors),
    ObjectMethod: (node, ancestors) => visit(nameOf(node.key), node, ancestors),
    ClassProperty(node, ancestors) {
      if (node.value) visit(nameOf(node.key), node.value, ancestors);
    },
    VariableDeclarator(node, ancestors) {
      if (node.init) visit(nameOf(node.id), node.init, ancestors);
    },
    AssignmentExpression: (node, ancestors) => visit(nameOf(node.left), node.right, ancestors),
    CallExpression(node, ancestors) {
      const [name, value] = node.arguments;
      const sets = /^(?:set|setHeader|header|append|vary|config)$/.test(nameOf(node.callee));
      if (sets && value) visit(constantOf(name) ?? '', value, ancestors);
    },
    // `new Headers([['name', 'value']])`
    ArrayExpression(node, ancestors) {
      const [name, value, ...more] = node.elements;
      const written = more.length === 0 && value ? constantOf(name) : undefined;
      if (written !== undefined && value) visit(written, value, ancestors);
    },
    ObjectExpression(node, ancestors) {
      const name = constantOf(fieldOf(node, /^(?:name|key)$/));
      const value = fieldOf(node, /^value$/);
      if (name !== undefined && value) visit(name, value, ancestors);
    },
  };
}

/** The value of the first field whose name matches. */
export function fieldOf(node: ObjectExpression, name: RegExp): Node | undefined {
  for (const property of node.properties) {
    if (property.type === 'ObjectProperty' && name.test(nameOf(property.key)))
      return property.value;
  }
  return undefined;
}

/** A constant as configuration would write it: text in lower case, `true`, `false`, a number. */
export function wordOf(node: Node | null | undefined): string | undefined {
  const inner = bare(node);
  if (inner?.type === 'BooleanLiteral' || inner?.type === 'NumericLiteral')
    return String(inner.value);
  if (inner?.type === 'UnaryExpression' && inner.operator === '!') {
    const word = wordOf(inner.argument);
    return word === undefined ? undefined : String(OFF.test(word));
  }
  return constantOf(inner)?.trim().toLowerCase();
}

/** What a value may come to: itself, its fallback, or the words of a choice. A choice of yes or no is not judged here. */
function outcomesOf(value: Node): string[] {
  const inner = bare(value);
  if (inner?.type === 'LogicalExpression') return outcomesOf(inner.right);
  if (inner?.type !== 'ConditionalExpression') return [wordOf(inner) ?? ''];
  // `list.includes('*') ? '*' : list` says what the configuration said.
  const asked = constantsIn(inner.test);
  return [inner.consequent, inner.alternate]
    .map((branch) => constantOf(branch) ?? '')
    .filter((word) => !asked.has(word));
}

function constantsIn(test: Node): Set<string> {
  const found = new Set<string>();
  const visit = (node: Node): void => {
    if (node.type === 'StringLiteral') found.add(node.value);
    eachChild(node, visit);
  };
  visit(test);
  return found;
}

/** Lower-case letters and digits of a name. */
export function plain(name: string): string {
  return name.replace(/[^A-Za-z\d]/g, '').toLowerCase();
}

/** Whether the object that holds a setting has a field of this name beside it. Names as a SettingTest gets them. */
export function hasBeside(ancestors: readonly Node[], name: RegExp): boolean {
  const object = ancestors.at(-1);
  if (object?.type !== 'ObjectExpression') return false;
  return object.properties.some(
    (property) => property.type === 'ObjectProperty' && name.test(plain(nameOf(property.key))),
  );
}

/** What a node is called by the code around it: the key, variable or function it belongs to. */
export function nameAround(node: Node): string {
  switch (node.type) {
    case 'ObjectProperty':
      return nameOf(node.key);
    case 'VariableDeclarator':
      return nameOf(node.id);
    case 'NewExpression':
    case 'CallExpression':
      return chainOf(node.callee);
    default:
      return '';
  }
}
