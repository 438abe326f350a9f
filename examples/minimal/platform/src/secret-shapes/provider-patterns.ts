import { entropyOf } from './randomness.ts';

interface Pattern {
  readonly id: string;
  readonly keywords: readonly string[];
  /** The name of the provider, for a value without a prefix of its own. */
  readonly beside?: string;
  readonly value: string;
  readonly ignoreCase?: boolean;
  readonly word?: boolean;
  readonly ended?: boolean;
  readonly entropy?: number;
}

/** The text between a name and its value, in any language. */
const ASSIGNED = String.raw`[ \t\w.-]{0,20}[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}`;
const ENDED = String.raw`(?:[\x60'"\s;]|\\[nr]|$)`;

export interface ProviderToken {
  readonly id: string;
  readonly index: number;
}

/** Tokens of many providers, by provider-patterns.json. Loads the patterns only if a keyword matches. */
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

/** The value of a pattern, in its frame. */
export function expressionOf(pattern: Pattern): RegExp {
  const known = compiled.get(pattern);
  if (known) return known;
  const { beside, value, word, ended, ignoreCase } = pattern;
  const before = beside === undefined ? (word ? '\\b' : '') : `(?:${beside})${ASSIGNED}`;
  const source = `${before}(${value})${ended ? ENDED : ''}`;
  const expression = new RegExp(source, ignoreCase ? 'gi' : 'g');
  compiled.set(pattern, expression);
  return expression;
}

/** A long word may follow the name of a provider too. Tokens contain digits or are hexadecimal. */
function isToken(value: string, { beside, entropy = 0 }: Pattern): boolean {
  if (entropyOf(value) <= entropy) return false;
  return beside === undefined || /\d|^[a-f:-]+$/i.test(value);
}

// All keywords of provider-patterns.json, as one expression for a text in lower case. Generated.
const PROVIDER_KEYWORDS =
  /(?:"sk_|'sk_|\.acc(?:-|_)|4b1d|_(?:gitlab_session=|mmk)|a(?:3-|bsk|dafruit|irtable|kcp|l(?:golia|ibaba)|pi(?:-|_org_)|rtifactory|sana|t(?:att3|las(?:sian|v1)))|b(?:e(?:amer|drock-api-key-)|i(?:ntray|t(?:bucket|trex))|undle_(?:enterprise__contribsys__com|gems__contribsys__com))|c(?:lo(?:jars_|udflare)|mvmd|o(?:_api_key|decov|here|inbase|n(?:fluen(?:ce|t)|tentful)))|d(?:atadog|iscord|nkey|p\.pt\.|ro(?:neci|pbox)|t0c01\.|uffel_)|e(?:aa(?:a|c|m)|tsy|yjrijoi|z(?:ak|tk))|f(?:a(?:cebook|stly)|i(?:n(?:icity|nhub)|o-u-)|l(?:ickr|wseck_test)|m(?:1|2_)|o1_|reshbooks)|g(?:itter|l(?:agent-|cbt-|dt-|f(?:fct-|t-)|imt-|oas-|p(?:at-|tt-)|rt-|soat-)|ocardless|r1348941)|h(?:eroku|rku-aa)|i(?:co-|n(?:comingwebhook|tercom))|j(?:frog|ira)|k(?:raken|ucoin)|l(?:aunchdarkly|i(?:near|ve_)|o(?:b|oker)|tai)|m(?:a(?:il(?:chimp|gun)|ttermost)|e(?:raki|ssage(?:-bird|_bird|bird)))|n(?:e(?:tlify|w(?:-(?:relic|york-times)|_relic|relic|yorktimes))|r(?:ak|ii-|js-)|ytimes)|okta|p(?:8e-|at\.|laid|mak-|nu_|plx-|rivate(?:-ai|_ai|ai)|scale_(?:oauth_|pw_|tkn_))|q~|r(?:apidapi|dme_|ubygems_)|s(?:-s4t2(?:af-|ud-)|at\.|en(?:dbird|try)|gp_|h(?:a256~|ippo_)|m_(?:aat|pat|sat)|n(?:try(?:s_eyjpyxqio|u_)|yk)|o(?:nar|urcegraph)|q(?:0atp-|uarespace)|umo)|t(?:elegr|fp_|k-us-|ravis|wit(?:ch|ter))|v1\.0-|webhook(?:\.office\.com|b2)|x(?:keysib-|oxe(?:-|\.xox(?:b-|p-))|ray)|yandex|zendesk)/;
