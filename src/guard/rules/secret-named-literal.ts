import { NOT_A_LOCKFILE } from '../lockfiles.ts';
import type { CallExpression, Node } from '@babel/types';

import type { Answer, Rule } from '../rule.ts';
import {
  isReference,
  isSecretValue,
  isWrittenOut,
  looksChosen,
  namesPassword,
  namesSecret,
  wordsOf,
} from '../../../templates/app/platform/src/secret-shapes/named-secrets.ts';
import {
  findAssignments,
  findSqlPasswords,
} from '../../../templates/app/platform/src/secret-shapes/written-out.ts';
import { SOURCE_FILE } from '../syntax/parse.ts';
import { constantOf, nameOf } from '../syntax/read.ts';

/** How far before a word the sign that opens a comment is looked for. */
const LONGEST_COMMENT = 200;

/** Files whose unquoted values are values; elsewhere they are code or prose. */
const CONFIGURATION =
  /(?:^|\/)(?:[^/]*\.(?:ya?ml|toml|ini|conf|cfg|properties|sh|json|tf|tfvars|hcl|cnf|plist|ps1|bat|service)|\.env[^/]*|\.npmrc|\.pypirc|\.s3cfg|\.boto|credentials|Dockerfile[^/]*)$/;

/** Code that is read as text, and names of scripts: there, a value without quotes is no value. */
const OTHER_CODE =
  /(?:^|\/)package\.json$|\.(?:vue|svelte|astro|py|rb|go|java|kts?|php|rs|cs|c|cc|cpp|h|hpp|swift|scala|dart|lua|exs?)$/;

/** Texts of a user interface, where a password is a label. */
const MESSAGES =
  /(?:^|\/)(?:locales?|i18n|l10n|messages|translations)\/(?:[^/]{1,80}\/){0,3}[^/]{1,80}\.(?:json|ya?ml|properties)$/;

/** Functions that take a key as an argument, and its place. */
const KEY_ARGUMENT: ReadonlyMap<string, number> = new Map([
  ['createHmac', 1],
  ['sign', 1],
  ['verify', 1],
  ['jwtVerify', 1],
  ['createSecretKey', 0],
  ['cookieParser', 0],
  ['createCipheriv', 1],
  ['createDecipheriv', 1],
  ['scrypt', 0],
  ['scryptSync', 0],
  ['pbkdf2', 0],
  ['pbkdf2Sync', 0],
]);

/** A PIN has four digits; one digit sorts an index or counts something. */
const SHORTEST_PIN = 1000;

const ENCODING = /^(?:base64(?:url)?|hex|utf-?8|latin1|binary|ascii|sha\d+|[A-Z]{2}\d{3})$/i;

export const secretNamedLiteral: Rule = {
  id: 'secret-named-literal',
  control: 'SUPPLY-6',
  reason: 'A password or key written into a file is known to everyone who ever sees a copy of it.',
  wayOut: 'Read it at run time from the secret store, and change the one that was written down.',
  files: NOT_A_LOCKFILE,
  keywords: [
    /(?:secret|token|passw|pwd|pass|key|credential|salt|pepper|passphrase|passcode)\w{0,30}["'`\]]{0,2}[?!]?\s{0,8}[:=!|?][^,;){}]{0,80}["'`\w]|\b(?:createHmac|sign|verify|jwtVerify|createSecretKey|create(?:C|Dec)ipheriv|scrypt(?:Sync)?|pbkdf2(?:Sync)?)\(|basicAuth\(|cookieParser\(|crypt\(|(?:password|identified\s{1,8}by)\s{1,8}'/i,
  ],
  text: ({ path, content }) => [
    ...(SOURCE_FILE.test(path) || MESSAGES.test(path)
      ? []
      : assigned(content, OTHER_CODE.test(path) ? 'quoted' : CONFIGURATION.test(path))),
    ...findSqlPasswords(content),
  ],
  syntax: (report) => {
    const check = (name: string, value: Node | null | undefined): void => {
      const text = constantOf(value);
      const bareNumber =
        value?.type === 'NumericLiteral' && value.value >= SHORTEST_PIN && namesPassword(name);
      if (bareNumber || (text !== undefined && isWrittenOut(name, text))) report(value as Node);
    };
    return {
      VariableDeclarator: (node) => check(nameOf(node.id), node.init),
      AssignmentExpression: (node) => {
        if (node.operator === '=') check(nameOf(node.left), node.right);
      },
      ObjectProperty: (node, ancestors) => {
        if (isRefusedList(ancestors)) return;
        if (!isOwnName(nameOf(node.key), constantOf(node.value)))
          check(nameOf(node.key), node.value);
      },
      ClassProperty: (node) => check(nameOf(node.key), node.value),
      JSXAttribute: (node) => {
        if (node.name.type === 'JSXIdentifier') check(node.name.name, node.value);
      },
      BinaryExpression: (node) => {
        if (!/^[!=]==?$/.test(node.operator) || (constantOf(node.right)?.length ?? 0) < 4) return;
        check(nameOf(node.left), node.right);
      },
      CallExpression: (node) => {
        const argument = node.arguments[KEY_ARGUMENT.get(nameOf(node.callee)) ?? -1];
        if (argument && !ENCODING.test(constantOf(argument) ?? '')) check('secret', argument);
        if (/basicAuth$/i.test(nameOf(node.callee)))
          for (const value of usersOf(node)) check('secret', value);
      },
    };
  },
  answer: (answer) => isNamedSecret(answer) || saysSecret(answer.text),
};

/** Passwords by user name, as middleware for Basic authentication takes them. */
function usersOf({ arguments: [options] }: CallExpression): Node[] {
  const properties = options?.type === 'ObjectExpression' ? options.properties : [];
  return properties.flatMap((property) => {
    if (property.type !== 'ObjectProperty' || nameOf(property.key) !== 'users') return [];
    const users = property.value.type === 'ObjectExpression' ? property.value.properties : [];
    return users.flatMap((user) => (user.type === 'ObjectProperty' ? [user.value] : []));
  });
}

/** `const PLACEHOLDER_SECRETS = { ... }`: what a start is refused with. */
function isRefusedList(ancestors: readonly Node[]): boolean {
  const owner = ancestors.findLast((node) => node.type === 'VariableDeclarator');
  return (
    owner?.type === 'VariableDeclarator' &&
    /placeholder|forbidden|refused|rejected|insecure|denied|blocked|disallowed/i.test(
      nameOf(owner.id),
    )
  );
}

/** `refreshToken: 'refresh_token'` lists kinds. `jwtSecret: 'jwtSecret'` is one of the secrets people really ship. */
function isOwnName(name: string, value: string | undefined): boolean {
  const words = wordsOf(name);
  if (words.length < 2 || words.at(-1) === 'secret') return false;
  return words.join(' ') === wordsOf(value ?? '').join(' ');
}

/** An answer to a question about a secret is one, prose or not. */
function isNamedSecret({ name, text }: Answer): boolean {
  if (!namesSecret(name) || isReference(text)) return false;
  return /\D/.test(text) || namesPassword(name);
}

function saysSecret(text: string): boolean {
  return assigned(text, true, looksChosen).length > 0 || findSqlPasswords(text).length > 0;
}

function assigned(
  text: string,
  openValues: boolean | 'quoted',
  counts: (value: string) => boolean = () => true,
): number[] {
  return findAssignments(text, ({ index, name, quoted, open }) => {
    if (quoted !== undefined) return isSecretValue(name, quoted);
    if (openValues === 'quoted') return false;
    if (!openValues && !/^[A-Z\d_]+$/.test(name)) return false;
    if (isComment(text, index) && !looksChosen(open)) return false;
    return isSecretValue(name, open) && counts(open);
  });
}

/** `# password: ask Ann` */
function isComment(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - LONGEST_COMMENT), at);
  return /(?:^|\n)[ \t]*#[^\n]*$/.test(before);
}
