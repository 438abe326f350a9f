import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { parse } from '@babel/parser';
import type { Node } from '@babel/types';

import { expressionOf } from '../../templates/app/platform/src/secret-shapes/provider-patterns.ts';
import table from '../../templates/app/platform/src/secret-shapes/provider-patterns.json' with { type: 'json' };

export interface Expression {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

export interface Regexes {
  readonly expressions: readonly Expression[];
  /** Each `RegExp(...)` within a function, whose pattern is only known when it runs. */
  readonly made: readonly string[];
}

const FOLDERS = ['src', 'generators', 'templates', 'scripts'];

/** Tests read what they made themselves. */
const TEST = /(?:^|\/)tests?\/|\.test\.ts$/;

/** Every regular expression of the command, of what it emits and of the scripts that make both. */
export async function findRegexes(root: string): Promise<Regexes> {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', ...FOLDERS];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const files = listed.filter((file) => /\.m?ts$|\.mjs$/.test(file) && !TEST.test(file));
  const expressions: Expression[] = table.patterns.map((pattern) => {
    const { source, flags } = expressionOf(pattern);
    return { file: `provider-patterns.json, ${pattern.id}`, source, flags };
  });
  const made: string[] = [];
  for (const file of files) {
    const code = readFileSync(join(root, file), 'utf8');
    const found = new Finder(file, code);
    expressions.push(...found.expressions);
    made.push(...found.made);
    if (found.madeWhenLoaded.length === 0) continue;
    const recorded = await recordedIn(root, file);
    if (recorded.length > 0) expressions.push(...recorded);
    else made.push(...found.madeWhenLoaded);
  }
  return { expressions, made };
}

class Finder {
  readonly expressions: Expression[] = [];
  readonly made: string[] = [];
  readonly madeWhenLoaded: string[] = [];
  readonly #file: string;
  readonly #code: string;

  constructor(file: string, code: string) {
    this.#file = file;
    this.#code = code;
    this.#visit(parse(code, { sourceType: 'module', plugins: ['typescript'] }).program, false);
  }

  #visit(node: Node, isInFunction: boolean): void {
    const file = this.#file;
    if (node.type === 'RegExpLiteral')
      this.expressions.push({ file, source: node.pattern, flags: node.flags });
    // Schemas of requests compile it.
    if (node.type === 'ObjectProperty' && isPatternKey(node.key) && isText(node.value))
      this.expressions.push({ file, source: node.value.value, flags: 'u' });
    if (isConstruction(node)) {
      const code = this.#code.slice(node.start ?? 0, node.end ?? 0).replaceAll(/\s+/g, ' ');
      (isInFunction ? this.made : this.madeWhenLoaded).push(`${file}: ${code}`);
    }
    const isInner = isInFunction || /Function|Method/.test(node.type);
    for (const child of childrenOf(node)) this.#visit(child, isInner);
  }
}

function isConstruction(node: Node): boolean {
  return (
    (node.type === 'NewExpression' || node.type === 'CallExpression') &&
    node.callee.type === 'Identifier' &&
    node.callee.name === 'RegExp'
  );
}

function isPatternKey(key: Node): boolean {
  return key.type === 'Identifier' && key.name === 'pattern';
}

function isText(node: Node): node is Extract<Node, { type: 'StringLiteral' }> {
  return node.type === 'StringLiteral';
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((value): value is Node => typeof value?.type === 'string' && 'start' in value);
}

/** Those that a module makes from constants while it is loaded. None if it only loads in an emitted project. */
async function recordedIn(root: string, file: string): Promise<Expression[]> {
  const found: Expression[] = [];
  const Original = globalThis.RegExp;
  globalThis.RegExp = new Proxy(Original, {
    construct(target, [source, flags]: [string | RegExp, string?]) {
      const { source: text, flags: set } = new target(source, flags);
      found.push({ file, source: text, flags: set });
      return new target(source, flags);
    },
  });
  try {
    await import(`${pathToFileURL(join(root, file)).href}?recorded`);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
  } finally {
    globalThis.RegExp = Original;
  }
  return found;
}
