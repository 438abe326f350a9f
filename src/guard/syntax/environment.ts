import type { Node } from '@babel/types';

import { chainOf, constantOf, contains } from './read.ts';

type Maybe = Node | null | undefined;

const ENVIRONMENT =
  /^(?:process\.env|import\.meta\.env|Deno\.env|Bun\.env|globalThis\.process\.env|env)$/;
const READ =
  /^(?:process\.env|import\.meta\.env|Bun\.env|globalThis\.process\.env|env)\.(?<name>\w+)$/;

/** `isDevelopment`, `config.isTest`, `DEV`, `debugMode`; not `pattern.test`. */
const STAGE_FLAG =
  /(?:^|\.)(?:is|in)_?(?:dev|development|test|testing|local|debug|ci|e2e)(?:mode|env)?$|(?:^|\.)(?:dev|debug|test)_?(?:mode|env)$|^(?:dev|debug|development|testing)$/i;

/** Functions that look a name up in the environment or the configuration. */
const LOOKUP = /(?:^|\.)(?:get|getOrThrow|getenv|getEnv|env|envVar|readEnv|optional|str)$/;

/** The name of the environment variable that an expression reads, if it is such a read. */
export function variableRead(node: Maybe): string | undefined {
  const chain = chainOf(node);
  const read = READ.exec(chain)?.groups?.['name'];
  if (read) return read;
  if (node?.type !== 'CallExpression' || !LOOKUP.test(chain.replace(/\(\)$/, ''))) return undefined;
  return constantOf(node.arguments[0]);
}

/** Whether an expression is the environment as a whole. */
export function isEnvironment(node: Maybe): boolean {
  return ENVIRONMENT.test(chainOf(node));
}

/** Whether an expression depends on the environment, or on a flag that names one (`isDevelopment`). */
export function dependsOnEnvironment(node: Maybe): boolean {
  return contains(node, (part) => {
    const chain = chainOf(part);
    return READ.test(chain) || STAGE_FLAG.test(chain);
  });
}
