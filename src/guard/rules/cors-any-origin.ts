import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { SHIPPED } from '../shipped-files.ts';
import { anyOf } from '../syntax/detectors.ts';
import { inTexts, matching } from '../syntax/passages.ts';
import { isAnyList, isAnyPattern, isEcho, letsAnyIn } from '../syntax/origins.ts';
import { chainOf, nameOf } from '../syntax/read.ts';
import {
  hasBeside,
  inSettings,
  nameAround,
  visitSettings,
  wordOf,
  plain,
} from '../syntax/settings.ts';

const ORIGINS =
  /^(?:\w*cors)?(?:allow(?:ed)?)?origins?$|(?:^|\w)(?:corsorigins?|corsallowedorigins?|allowedorigins?|alloworigins?)$|^accesscontrolalloworigin$/;

/** The same with a list, and headers as servers write them. */
const LISTED =
  /\b[\w.-]{0,40}?(?:cors_?origins?|allow(?:ed)?_?origins?)["']?[ \t]{0,4}[:=]\s{0,40}[[-]\s{0,40}["']?\*(?=["'\s,\]}]|$)/gi;
const HEADER =
  /access-control-allow-origin["']?[\s:,=]{1,8}["']?(?:\*(?=["'\s;]|$)|\$http_origin)/gi;

/** Options that stand beside `origin` in a CORS configuration and nowhere else. */
const CORS_OPTIONS =
  /^(?:credentials|methods|allowedheaders|exposedheaders|allowmethods|allowheaders)$/;
const PACKAGES = /^(?:cors|koa2?-cors|@koa\/cors|hono\/cors|@fastify\/cors|@elysiajs\/cors)$/;

export const corsAnyOrigin: Rule = {
  id: 'cors-any-origin',
  control: 'AUTHZ-5',
  reason: 'Every page that a signed-in user visits may call the service and read its answers.',
  wayOut: 'List the origins that may call, or send no CORS header when none has to.',
  files: SHIPPED,
  keywords: [/cors|origin/i],
  ...anyOf(
    inSettings(isAny),
    inTexts(matching(LISTED, HEADER)),
    {
      syntax: (report) =>
        visitSettings((written, value, ancestors) => {
          const name = plain(written);
          if (name === 'accesscontrolalloworigin' && isEcho(value, ancestors)) report(value);
          if (ORIGINS.test(name) && (isAnyList(value) || isAnyPattern(value))) report(value);
          const listed = /^origins?$/.test(name) && isCors(ancestors);
          if (listed && (wordOf(value) === 'true' || letsAnyIn(value))) report(value);
        }),
    },
    {
      syntax: (report) => {
        const packages = new Set<string>();
        return {
          ImportDeclaration(node) {
            if (!PACKAGES.test(node.source.value)) return;
            for (const { local } of node.specifiers) packages.add(local.name);
          },
          CallExpression(node) {
            const callee = chainOf(node.callee);
            const bareCall =
              packages.has(callee) || callee === 'cors' || callee.endsWith('.enableCors');
            const [plugin, options] = node.arguments;
            const registered = /\.(?:register|use)$/.test(callee) && plugin?.type === 'Identifier';
            if (bareCall && namesNoOrigin(plugin)) report(node);
            else if (registered && !options && packages.has(plugin.name)) report(node);
          },
        };
      },
    },
  ),
};

function isAny(name: string, value: string): boolean {
  return (ORIGINS.test(name) && value === '*') || (name === 'cors' && value === 'true');
}

/** `cors()`, and `cors({ maxAge: 60 })`: what is not said is every origin. */
function namesNoOrigin(options: Node | undefined): boolean {
  if (!options) return true;
  return (
    options.type === 'ObjectExpression' &&
    options.properties.every(
      (property) => property.type !== 'SpreadElement' && nameOf(property.key) !== 'origin',
    )
  );
}

/** `origin: true` selects a column elsewhere. */
function isCors(ancestors: readonly Node[]): boolean {
  if (hasBeside(ancestors, CORS_OPTIONS)) return true;
  return ancestors.some((node) => {
    if (/cors/i.test(nameAround(node))) return true;
    return (
      node.type === 'CallExpression' && node.arguments.some((part) => /cors/i.test(nameOf(part)))
    );
  });
}
