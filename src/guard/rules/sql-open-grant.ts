import type { Rule } from '../rule.ts';
import { SHIPPED } from '../shipped-files.ts';
import { inTexts } from '../syntax/passages.ts';

/** Statements by how they begin, and what in them opens the database. */
const OPEN: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\bgrant\s/gi,
    /^grant\s+all(?:\s+privileges)?\s+on\s|\sto\s+(?:[\w".,\s]{0,200},\s*)?(?:public|"public")\s*(?:with\b|$|["'`)])|\swith\s(?:[\w\s]{0,60},)?\s*(?:admin|grant)\s+(?:option|true)\b|^grant\s+(?:pg_(?:read_all_data|write_all_data|execute_server_program|read_server_files|write_server_files)|rds_superuser|postgres)\s+to\s/i,
  ],
  [
    /\b(?:create|alter)\s{1,20}(?:role|user)\s/gi,
    /\s(?:superuser|bypassrls|createrole|createdb)\b/i,
  ],
  [/\balter\s{1,20}table\s/gi, /\s(?:disable\s+row|no\s+force\s+row)\s+level\s+security\b/i],
  [
    /\b(?:create|alter)\s{1,20}policy\s/gi,
    /^(?![^]*\bas\s+restrictive\b)[^]*\b(?:using|with\s+check)\s*\(\s*(?:\(\s*)?(?:true|1\s*=\s*1)\s*\)/i,
  ],
  [
    /\bcreate\s{1,20}(?:or\s{1,20}replace\s{1,20})?(?:function|procedure)\s/gi,
    /^(?![^]*\bset\s+search_path\b)[^]*\bsecurity\s+definer\b/i,
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
