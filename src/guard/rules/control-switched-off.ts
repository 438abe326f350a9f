import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { SHIPPED } from '../shipped-files.ts';
import { anyOf } from '../syntax/detectors.ts';
import { inTexts } from '../syntax/passages.ts';
import { bare, chainOf, constantOf, nameOf } from '../syntax/read.ts';
import {
  hasBeside,
  inSettings,
  nameAround,
  OFF,
  ON,
  plain,
  visitSettings,
  wordOf,
} from '../syntax/settings.ts';

/** Options of frameworks whose `false` takes a protection away. */
const KEEPS_ON =
  /^(?:csrf(?:protection|check)?|checkorigin|xsrf(?:protection)?|enablecsrf|contentsecuritypolicy|stricttransportsecurity|hsts|frameguard|xframeoptions|nosniff|xcontenttypeoptions|validatebody|validaterequests?|validateinput|bodyvalidation|inputvalidation|requestvalidation|validatesecurity)$/;
const KEEPS_OFF = /^(?:disable|skip)csrf(?:check|token|protection)$/;

/** Cookie settings that say so in their own name. */
const COOKIE_KEEPS_ON = /cookie(?:secure|httponly)$/;
const COOKIE_OPTIONS = /^(?:httponly|samesite|maxage|path|domain|expires|signed|partitioned)$/;

/** A script may read the cookie that it has to repeat in a header. */
const READ_BY_SCRIPTS = /[cx]srf/i;

const SCRIPT_DIRECTIVE = /^(?:scriptsrc(?:elem|attr)?|defaultsrc)$/;
const SCRIPT_POLICY =
  /(?:^|[\s;"'`=])(?:script-src(?:-elem|-attr)?|default-src)\s(?<sources>[^;"`\n]{1,500})/gi;
const COOKIE_HEADER = /;\s{0,4}samesite=none\b/gi;

export const controlSwitchedOff: Rule = {
  id: 'control-switched-off',
  control: 'AUTH-9',
  reason:
    'A protection that browsers or frameworks bring along was taken away, and pages of others can act for the user again.',
  wayOut: 'Leave it on, and allow the one source, path or cookie that needs more by name.',
  files: SHIPPED,
  keywords: [
    /[cx]srf|csp|content-?_?security|(?:script|default)-?src|http_?only|same_?site|secure(?!-app)|hsts|frame|sniff|transport|validat/i,
  ],
  ...anyOf(
    inSettings(isOff),
    inTexts(weakPolicies),
    {
      syntax: (report) =>
        visitSettings((written, value, ancestors) => {
          const name = plain(written);
          if (SCRIPT_DIRECTIVE.test(name) && isWeak(sourcesOf(value))) report(value);
          if (name === 'httponly' && isFalse(value) && !forScripts(ancestors)) report(value);
          if (name === 'samesite' && /^(?:none|false)$/.test(wordOf(value) ?? '')) report(value);
          if (name === 'secure' && isFalse(value) && isCookie(ancestors)) report(value);
        }),
    },
    {
      syntax: (report) => ({
        CallExpression(node) {
          if (chainOf(node.callee).endsWith('csrf().disable')) report(node);
        },
      }),
    },
  ),
};

function isOff(name: string, value: string): boolean {
  if (KEEPS_ON.test(name) || COOKIE_KEEPS_ON.test(name)) return OFF.test(value);
  if (name.endsWith('cookiesamesite')) return value === 'none';
  return KEEPS_OFF.test(name) && ON.test(value);
}

function* weakPolicies(text: string): Generator<number> {
  for (const match of text.matchAll(SCRIPT_POLICY)) {
    if (isWeak(match.groups?.['sources'] ?? '')) yield match.index + match[0].search(/\S/);
  }
  for (const match of text.matchAll(COOKIE_HEADER)) yield match.index;
}

/** Where a nonce or hash stands beside it, browsers ignore `'unsafe-inline'`: it is for those that know neither. */
function isWeak(sources: string): boolean {
  if (/'unsafe-eval'|(?:^|\s)\*(?=\s|$)/i.test(sources)) return true;
  return /'unsafe-inline'/i.test(sources) && !/'strict-dynamic'|'nonce-|'sha\d/i.test(sources);
}

function sourcesOf(value: Node): string {
  const inner = bare(value);
  const sources = inner?.type === 'ArrayExpression' ? inner.elements : [inner];
  return sources.map((source) => constantOf(source) ?? '').join(' ');
}

function isFalse(value: Node): boolean {
  return OFF.test(wordOf(value) ?? '');
}

function forScripts(ancestors: readonly Node[]): boolean {
  return ancestors.some((node) => {
    const cookie = node.type === 'CallExpression' ? node.arguments[0] : undefined;
    return READ_BY_SCRIPTS.test(constantOf(cookie) ?? (nameOf(cookie) || nameAround(node)));
  });
}

/** `secure: false` is a mail option too; in a cookie it has others of its kind beside or a cookie around it. */
function isCookie(ancestors: readonly Node[]): boolean {
  if (hasBeside(ancestors, COOKIE_OPTIONS)) return true;
  return ancestors.some((node) => /cookie|session/i.test(nameAround(node)));
}
