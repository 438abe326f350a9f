import type { Rule } from '../rule.ts';
import { SHIPPED } from '../shipped-files.ts';
import { inTexts } from '../syntax/passages.ts';

/** Statements by how they begin, and what in them opens the database. */
const OPEN: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\bgrant\s/gi,
    /^grant\s{1,20}all(?:\s{1,20}privileges)?\s{1,20}on\s|\sto\s{1,20}(?:[\w".,\s]{0,200},\s{0,20})?(?:public|"public")\s{0,20}(?:with\b|$|["'`)])|\swith\s(?:[\w\s]{0,60},)?\s{0,20}(?:admin|grant)\s{1,20}(?:option|true)\b|^grant\s{1,20}(?:pg_(?:read_all_data|write_all_data|execute_server_program|read_server_files|write_server_files)|rds_superuser|postgres)\s{1,20}to\s/i,
  ],
  [
    /\b(?:create|alter)\s{1,20}(?:role|user)\s/gi,
    /\s(?:superuser|bypassrls|createrole|createdb)\b/i,
  ],
  [
    /\balter\s{1,20}table\s/gi,
    /\s(?:disable\s{1,20}row|no\s{1,20}force\s{1,20}row)\s{1,20}level\s{1,20}security\b/i,
  ],
  [
    /\b(?:create|alter)\s{1,20}policy\s/gi,
    /^(?![^]*\bas\s{1,20}restrictive\b)[^]*\b(?:using|with\s{1,20}check)\s{0,20}\(\s{0,20}(?:\(\s{0,20})?(?:true|1\s{0,20}=\s{0,20}1)\s{0,20}\)/i,
  ],
  [
    /\bcreate\s{1,20}(?:or\s{1,20}replace\s{1,20})?(?:function|procedure)\s/gi,
    /^(?![^]*\bset\s{1,20}search_path\b)[^]*\bsecurity\s{1,20}definer\b/i,
  ],
];

/** Longer than a statement that people read, bodies of functions apart. */
const LONGEST_STATEMENT = 1_000;
const LONGEST_FUNCTION = 6_000;

const BODY = /\$(?<tag>\w{0,20})\$[^]*?\$\k<tag>\$/g;

export const sqlOpenGrant: Rule = {
  id: 'sql-open-grant',
  control: 'AUTHZ-4',
  reason:
    'A role that may do everything, or a table that everyone may read, turns one injected query into the whole database.',
  wayOut:
    'Grant each role the verbs and columns it uses, and keep row security on with a policy that names the caller.',
  files: SHIPPED,
  keywords: [
    /grant|superuser|bypassrls|createrole|createdb|row\s{1,20}level|policy|security\s{1,20}definer/i,
    /\b(?:grant|role|user|table|policy|function|procedure)\s/i,
  ],
  ...inTexts(openStatements),
};

/** How every statement above begins. */
const ANY_STATEMENT = /\b(?:grant|create|alter)\s/i;

function* openStatements(text: string): Generator<number> {
  if (!ANY_STATEMENT.test(text)) return;
  for (const [begins, opens] of OPEN) {
    for (const { index } of text.matchAll(begins)) {
      if (opens.test(statementAt(text, index))) yield index;
    }
  }
}

/** From where it begins to its semicolon, without the bodies of functions. */
function statementAt(text: string, index: number): string {
  const isFunction = /^create\s+(?:or\s+replace\s+)?(?:function|procedure)/i.test(
    text.slice(index, index + 80),
  );
  const rest = text.slice(index, index + (isFunction ? LONGEST_FUNCTION : LONGEST_STATEMENT));
  return (isFunction ? rest.replace(BODY, ' ') : rest).split(';')[0]?.trimEnd() ?? '';
}
