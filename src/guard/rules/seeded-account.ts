import type { ObjectExpression, ObjectProperty } from '@babel/types';

import type { Rule } from '../rule.ts';
import { bare, constantOf, nameOf } from '../syntax/read.ts';
import { isPrivileged, namesPower } from '../syntax/words.ts';

/** Accounts inserted by SQL; the values follow in the same statement. */
const INSERTED =
  /insert\s{1,20}into\s{1,20}[\w."]{0,60}?\b"?(?:[a-z]{1,20}_)?(?:users?|accounts?|admins?|operators?|members?|principals?|identit(?:y|ies)|credentials?|role_grants?|user_roles?|roles_of_users?)"?\s{0,20}\((?<columns>[^()]{0,500})\)\s{0,20}values\s{0,20}\((?<values>[^;]{0,500})/gi;

/** Constants that name an account known in advance. */
const KNOWN_ACCOUNT =
  /^(?:default|super|initial|bootstrap|seed|root|first|builtin)_?(?:admin|user|account|owner|operator)?_?(?:admin|user|account)?_?(?:e_?mail|user_?name|login|identifier)$/i;

const LOGIN = /^(?:e_?mail(?:_?address)?|user_?name|login|identifier)$/i;
const CONNECTION = /^(?:database|host|hostname|port|dialect|driver|schema)$/i;
const CREDENTIAL = /^(?:password|passwd|pwd|password_?hash|hash|pin)$/i;

export const seededAccount: Rule = {
  id: 'seeded-account',
  control: 'AUTHZ-4',
  reason:
    'An account that exists before anyone signs up has a login every reader of the source knows.',
  wayOut: 'Start with no account, and grant the first operator a role by the audited command.',
  files: /^(?!.{0,200}(?:[.-](?:test|spec)\.[cm]?[jt]sx?|\/cases\/.{0,100}\.json)$)/,
  keywords: [/insert|e_?mail|user_?name|login(?!s)|identifier/i],
  text: ({ content }) =>
    [...content.matchAll(INSERTED)]
      .filter(({ groups }) => isLiteral(groups?.['values'] ?? ''))
      .map((match) => match.index),
  syntax: (report) => ({
    ObjectExpression(node) {
      if (isAccount(node)) report(node);
    },
    VariableDeclarator(node) {
      if (KNOWN_ACCOUNT.test(nameOf(node.id)) && constantOf(node.init)) report(node);
    },
    ObjectProperty(node) {
      if (KNOWN_ACCOUNT.test(nameOf(node.key)) && constantOf(node.value)) report(node);
    },
  }),
};

/** A login written out, and a password or a powerful role with it. */
function isAccount(node: ObjectExpression): boolean {
  const fields = node.properties.filter((property) => property.type === 'ObjectProperty');
  // A login to a database is a secret, and the matter of other rules.
  if (fields.some(({ key }) => CONNECTION.test(nameOf(key)))) return false;
  return fields.some(isLogin) && fields.some((field) => isCredential(field) || isPower(field));
}

function isLogin({ key, value }: ObjectProperty): boolean {
  const name = nameOf(key);
  const login = constantOf(value)?.trim() ?? '';
  if (!LOGIN.test(name) || login === '') return false;
  return login.includes('@') || !/mail/i.test(name);
}

function isCredential({ key, value }: ObjectProperty): boolean {
  return CREDENTIAL.test(nameOf(key)) && !/^(?:NullLiteral|Identifier)$/.test(value.type);
}

function isPower({ key, value }: ObjectProperty): boolean {
  if (!namesPower(nameOf(key))) return false;
  const inner = bare(value);
  if (inner?.type === 'BooleanLiteral') return inner.value;
  const roles = inner?.type === 'ArrayExpression' ? inner.elements : [inner];
  return roles.some((role) => isPrivileged(constantOf(role) ?? nameOf(role)));
}

/** Values written out, not parameters: `'admin@example.com'`, not `$1` or `${subject}`. */
function isLiteral(values: string): boolean {
  const row = values.split(')')[0] ?? '';
  return /'[^'$]{1,200}'/.test(row) && !/\$\{|\$\d/.test(row);
}
