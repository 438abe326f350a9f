import { PROVIDER_KEYWORDS } from './provider-keywords.ts';
import { entropyOf } from './randomness.ts';

interface Pattern {
  readonly id: string;
  readonly keywords: readonly string[];
  /** The provider's name, for values that are only known beside it. */
  readonly beside?: string;
  readonly value: string;
  readonly ignoreCase?: boolean;
  readonly word?: boolean;
  readonly ended?: boolean;
  readonly entropy?: number;
}

/** How a value is given to a name, in any language. */
const ASSIGNED = String.raw`[ \t\w.-]{0,20}[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}`;
const ENDED = String.raw`(?:[\x60'"\s;]|\\[nr]|$)`;

export interface ProviderToken {
  readonly id: string;
  readonly index: number;
}

/** Tokens in the formats of many providers, most of which few projects meet; see provider-patterns.json. */
export async function findProviderTokens(text: string): Promise<ProviderToken[]> {
  const lower = text.toLowerCase();
  if (!PROVIDER_KEYWORDS.test(lower)) return [];
  const { default: table } = await import('./provider-patterns.json', { with: { type: 'json' } });
  const patterns: readonly Pattern[] = table.patterns;
  return patterns
    .filter(({ keywords }) => keywords.some((keyword) => lower.includes(keyword)))
    .flatMap((pattern) => findPattern(text, pattern));
}

function findPattern(text: string, pattern: Pattern): ProviderToken[] {
  return [...text.matchAll(expressionOf(pattern))]
    .filter(([, value = '']) => isToken(value, pattern))
    .map(({ 0: whole, 1: value = '', index }) => {
      // A pattern may begin with the space before its value, which is on another line.
      const start = whole.lastIndexOf(value);
      return { id: pattern.id, index: index + start + Math.max(0, value.search(/\S/)) };
    });
}

const compiled = new Map<Pattern, RegExp>();

function expressionOf(pattern: Pattern): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const { beside, value, word, ended, ignoreCase } = pattern;
  const before = beside === undefined ? (word ? '\\b' : '') : `(?:${beside})${ASSIGNED}`;
  const source = `${before}(${value})${ended ? ENDED : ''}`;
  const expression = new RegExp(source, ignoreCase ? 'gi' : 'g');
  compiled.set(pattern, expression);
  return expression;
}

/** Beside a provider's name a long word may stand too; tokens have digits in them, or are hexadecimal. */
function isToken(value: string, { beside, entropy = 0 }: Pattern): boolean {
  if (entropyOf(value) <= entropy) return false;
  return beside === undefined || /\d|^[a-f:-]+$/i.test(value);
}
