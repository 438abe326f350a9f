import type { Captured } from './capture.ts';
import type { Finding, Json } from './graph.ts';
import { leaves } from './graph.ts';

/** What stood in the place of a value in the first run, and what in the second. */
export type Pair = readonly [first: string, second: string];

export interface Told {
  /** Whatever could be a secret: of these nothing may be seen, in any form. */
  readonly secrets: readonly Pair[];
  /** What the stack's file says in the open: it is seen as it is, and nowhere disguised. */
  readonly settings: readonly Pair[];
}

/**
 * A value that is marked as secret proves nothing: the SDK marks some fields by itself, and a constant in them too. So the
 * program runs twice, with other secrets and other settings. What then differs came from one of them, and what does
 * not is in the source. (SUPPLY-5)
 */
export function taintOf(first: Captured, second: Captured, told: Told): readonly Finding[] {
  const after = new Map(placesOf(second).map((place) => [place.at, place]));
  return placesOf(first).flatMap((place) => {
    const rule = ruleFor(place.value, after.get(place.at)?.value, told);
    return rule === undefined
      ? []
      : [{ ...rule, urn: place.urn, says: `${rule.says}: ${place.path}` }];
  });
}

interface Place {
  readonly at: string;
  readonly urn: string;
  readonly path: string;
  readonly value: string;
}

/** Every text there is, in what is asked for and in what is told at the end. */
function placesOf({ graph, outputs }: Captured): readonly Place[] {
  const asked = graph.map(({ urn, inputs }) => ({ urn, inputs: inputs as Json }));
  return [...asked, { urn: 'outputs', inputs: outputs as Json }].flatMap(({ urn, inputs }) =>
    leaves(inputs).flatMap(([path, value]) =>
      typeof value === 'string' ? [{ at: `${urn} ${path}`, urn, path, value }] : [],
    ),
  );
}

function ruleFor(
  first: string,
  second: string | undefined,
  { secrets, settings }: Told,
): Omit<Finding, 'urn'> | undefined {
  if (secrets.some(([secret]) => forms(secret).some((form) => first.includes(form))))
    return { rule: 'TAINT-01', says: 'a secret is seen' };
  if (settings.some(([setting]) => disguises(setting).some((form) => first.includes(form))))
    return { rule: 'TAINT-03', says: 'a setting is disguised, as only a secret has to be' };
  if (second !== undefined && without(first, settings, 0) !== without(second, settings, 1))
    return { rule: 'TAINT-02', says: 'is made from something that is no setting' };
  if (CONSTANTS.some((constant) => constant.test(first)) || isNamedSecret(first))
    return { rule: 'TAINT-04', says: 'a secret is in the source' };
  if (looksRandom(first)) return { rule: 'TAINT-05', says: 'something random is in the source' };
  return undefined;
}

function without(text: string, settings: readonly Pair[], run: 0 | 1): string {
  return settings.reduce((rest, pair, index) => rest.replaceAll(pair[run], `<${index}>`), text);
}

function forms(text: string): readonly string[] {
  return [text, ...disguises(text)];
}

/** Base64 depends on what stands before it: by one, two or no byte more. */
function disguises(text: string): readonly string[] {
  const shifted = [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.from(`${'\0'.repeat(before)}${text}`).toString('base64');
    const whole = encoded.slice(before === 0 ? 0 : 4, encoded.length - (encoded.length % 4 || 4));
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const hex = Buffer.from(text).toString('hex');
  const reversed = [...text].toReversed().join('');
  const escaped = [...text].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join('');
  return [...shifted, hex, hex.toUpperCase(), reversed, escaped, encodeURIComponent(text)].filter(
    (form) => form.length >= 8 && form !== text,
  );
}

const CONSTANTS = [
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /\b[sr]k_(live|test)_/,
  /\bwhsec_/,
  /\bgh[pousr]_[A-Za-z0-9]{20}/,
  /\bxox[abprs]-/,
  /\beyJ[\w-]{8,}\.eyJ/,
  /:\/\/[^/\s:@]+:[^@/\s]+@/,
];

/** The name of a secret and something behind it. An ARN has names of services there, and so has an action. */
function isNamedSecret(text: string): boolean {
  return !text.startsWith('arn:aws:') && NAMED.test(text);
}

const NAMED =
  /(secret(?!smanager)|passw(or)?d|passphrase|token|api[_-]?key)\w*["']?\s*[=:]\s*["']?[^\s"'$<]{8,}/i;

/** Long enough to be a key, of the letters that keys have. Digests are hexadecimal: they never reach four bits a sign. */
const KEY_LIKE = /[A-Za-z0-9+/=_-]{24,}/g;
const BITS_A_SIGN = 4.2;
/** Names that AWS has given, and are as long. */
const KNOWN_NAMES =
  /^(ELBSecurityPolicy-[\w-]+|AWSManagedRules\w+|ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS|[a-z]+(-[a-z]+)*)$/;

function looksRandom(text: string): boolean {
  if (text.startsWith('arn:aws:')) return false;
  return [...text.matchAll(KEY_LIKE)].some(
    ([token]) => bitsASign(token) >= BITS_A_SIGN && !KNOWN_NAMES.test(token),
  );
}

function bitsASign(token: string): number {
  const counts = Map.groupBy(token, (sign) => sign);
  return [...counts.values()].reduce((bits, { length }) => {
    const share = length / token.length;
    return bits - share * Math.log2(share);
  }, 0);
}
