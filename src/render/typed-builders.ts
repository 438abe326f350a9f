import { EXIT, UserError } from '../errors.ts';
import { assertTokens } from './tokens.ts';

/** `query` is SQL inside TypeScript: the text of a template literal, for Kysely's `sql` tag to stand before. */
export type Language = 'ts' | 'sql' | 'cedar' | 'json' | 'query';

/** Code made by a tag: text that only quoted values and checked identifiers could enter. */
export interface Built {
  readonly language: Language;
  readonly text: string;
}

const BUILT = new WeakSet<object>();

/** An identifier that was checked to be one, in every language we emit. */
export interface Identifier {
  readonly identifier: string;
}

/** What may stand in a tagged template: a string or number becomes a literal, never code. */
export type Interpolated = string | number | boolean | Identifier | Built | readonly Built[];

/** @throws UserError when the text is not a plain identifier. */
export function identifier(text: string): Identifier {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(text)) {
    throw new UserError(
      'E_IDENTIFIER',
      EXIT.usage,
      'A name cannot be used as an identifier.',
      'Use letters, digits and underscores, starting with a letter, at most 63 in all.',
    );
  }
  return { identifier: text };
}

type Tag = (strings: TemplateStringsArray, ...values: readonly Interpolated[]) => Built;

/** TypeScript. Strings become single-quoted literals. */
export const ts: Tag = tag('ts', (text) => `'${escapeString(text, "'")}'`);
/** PostgreSQL. Strings become standard literals (quotes doubled; a backslash is an ordinary character). */
export const sql: Tag = tag('sql', (text) => `'${text.replaceAll("'", "''")}'`);
/** Cedar policies and schemas. Strings become double-quoted literals. */
export const cedar: Tag = tag('cedar', (text) => `"${escapeString(text, '"')}"`);
/** A document of data. Strings become double-quoted ones; the layout is the builder's own. */
export const json: Tag = tag('json', (text) => JSON.stringify(text));
/**
 * A statement in TypeScript. TypeScript that stands in it stays an expression, `${like.this}`, which Kysely sends apart
 * from the text; no other value can become one.
 *
 * @example
 * ts`const { rows } = await sql${query`select id from ${table} where id = ${ts`id`}`}.execute(db);`;
 */
export const query: Tag = tag(
  'query',
  (text) => `'${escapeTemplate(text.replaceAll("'", "''"))}'`,
  escapeTemplate,
);

function tag(
  language: Language,
  quote: (text: string) => string,
  literal: (text: string) => string = (text) => text,
): Tag {
  return (strings, ...values) => {
    const parts = strings.map((text, index) =>
      index < values.length
        ? literal(text) + spell(language, quote, values[index] as Interpolated)
        : literal(text),
    );
    const built = Object.freeze({ language, text: parts.join('') });
    BUILT.add(built);
    return built;
  };
}

function spell(language: Language, quote: (text: string) => string, value: Interpolated): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && value >= 0) return String(value);
    throw new TypeError('only whole numbers from zero up can be interpolated');
  }
  if ('identifier' in value) return identifier(value.identifier).identifier;
  return (Array.isArray(value) ? value : [value])
    .map((inner) => embedded(language, inner as Built))
    .join('');
}

/** An object shaped like `Built` does not pass: only what a tag made does. */
function embedded(language: Language, built: Built): string {
  if (BUILT.has(built)) {
    if (built.language === language) return built.text;
    if (language === 'query' && built.language === 'ts') return `\${${built.text}}`;
    if (language === 'ts' && built.language === 'query') return templateLiteral(built.text);
  }
  throw new TypeError(`only ${language} made by its tag can be embedded in ${language}`);
}

function templateLiteral(text: string): string {
  assertTokens('sql', text);
  return `\`${text}\``;
}

/** What would end a template literal, or begin an expression in one. */
function escapeTemplate(text: string): string {
  return text.replace(/[\\`]|\$(?=\{)/g, '\\$&');
}

/** Backslash, the quote, and everything that could end the line or not be seen. */
function escapeString(text: string, quote: string): string {
  return text.replace(/[\\'"\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    if (character === '\\' || character === quote) return `\\${character}`;
    if (character === "'" || character === '"') return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/**
 * The bytes of built code: parsed first, so that nothing malformed is ever emitted, and formatted as Prettier does.
 *
 * @throws UserError `E_BUILT`
 */
export async function printBuilt(built: Built, path: string): Promise<string> {
  embedded(built.language, built);
  try {
    if (built.language === 'ts') return await formatTypeScript(built.text);
    if (built.language === 'query') throw new TypeError('a query stands in TypeScript');
    if (built.language === 'json') JSON.parse(built.text);
    else assertTokens(built.language, built.text);
    return `${built.text.trim()}\n`;
  } catch (cause) {
    throw new UserError(
      'E_BUILT',
      EXIT.environment,
      `The code built for ${path} does not parse.`,
      'This is a fault of the generator: report it with the answers that led to it.',
      { cause },
    );
  }
}

/** Prettier parses before it prints; it is loaded here only, because it is the largest thing in the package. */
async function formatTypeScript(text: string): Promise<string> {
  const [prettier, babel, estree] = await Promise.all([
    import('prettier/standalone'),
    import('prettier/plugins/babel'),
    import('prettier/plugins/estree'),
  ]);
  return prettier.format(text, {
    parser: 'babel-ts',
    plugins: [babel, estree as never],
    printWidth: 100,
    singleQuote: true,
  });
}
