import type * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';
import type { Captured } from './capture.ts';
import { capture } from './capture.ts';
import { settings, settingsOf } from './example.ts';
import type { Finding } from './graph.ts';
import { leaves } from './graph.ts';

type Pair = readonly [first: string, second: string];

/** Secrets in the configuration of the stack, and in the environment of the process. */
const KEYS = ['infra:token', 'infra:databasePassword', 'infra:signingKey', 'aws:secretKey'];
const VARIABLES = [
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'DATABASE_URL',
  'GITHUB_TOKEN',
  'PULUMI_ACCESS_TOKEN',
  'PULUMI_CONFIG_PASSPHRASE',
];
/** They may not appear in the graph, in any encoding. */
const SECRETS = [...KEYS, ...VARIABLES].map((_, index): Pair => [
  `Sentinela1f3c9of${index}`,
  `Sentinelb7e204of${index}`,
]);
/** Settings of the stack file: domain, address and digest. They may appear as they are, and in no encoding. */
const SETTINGS: readonly [Pair, Pair, Pair] = [
  ['first.example.com', 'second.example.net'],
  ['first@example.org', 'second@example.org'],
  ['1a'.repeat(32), '2b'.repeat(32)],
];

type Program = (settings: Settings) => pulumi.Inputs;

export async function captureTwice(
  program: Program,
  services: readonly string[] = Object.keys(settings.images),
): Promise<[Captured, Captured]> {
  const captureRun = async (run: 0 | 1): Promise<Captured> => {
    const secrets = SECRETS.map((pair) => pair[run]);
    const config = Object.fromEntries(KEYS.map((key, index) => [key, secrets[index] ?? '']));
    const [domain, alertEmail, digest] = [SETTINGS[0][run], SETTINGS[1][run], SETTINGS[2][run]];
    const images = Object.fromEntries(
      services.map((service) => [service, `registry.example/${service}@sha256:${digest}`]),
    );
    const before = { ...process.env };
    VARIABLES.forEach((name, index) => (process.env[name] = secrets[KEYS.length + index]));
    try {
      const given = settingsOf({ domain, alertEmail, images });
      return await capture(() => program(given), { config, secretKeys: KEYS });
    } finally {
      process.env = before;
    }
  };
  return [await captureRun(0), await captureRun(1)];
}

/**
 * Pulumi's mark of a secret proves nothing: the SDK marks some fields by itself, constants in them too. So the program
 * runs twice, with different secrets and settings. Values that differ come from those; equal values come from the
 * source. (SUPPLY-5)
 */
export function taintOf(first: Captured, second: Captured): readonly Finding[] {
  const after = textsOf(second);
  return [...textsOf(first)].flatMap(([place, value]) => {
    const [rule, what] = ruleFor(value, after.get(place)) ?? [];
    if (rule === undefined) return [];
    const [urn = '', path] = place.split(/ (.*)/);
    return [{ rule, urn, says: `${what}: ${path}` }];
  });
}

/** Every text in the inputs of resources and in the outputs of the stack, by URN and path. */
function textsOf({ graph, outputs }: Captured): ReadonlyMap<string, string> {
  const asked = [...graph, { urn: 'outputs', inputs: outputs }];
  return new Map(
    asked.flatMap(({ urn, inputs }) =>
      leaves(inputs).flatMap(([path, value]) =>
        typeof value === 'string' ? [[`${urn} ${path}`, value] as const] : [],
      ),
    ),
  );
}

function ruleFor(first: string, second: string | undefined): readonly [string, string] | undefined {
  if (SECRET_FORMS.some((form) => first.includes(form))) return ['TAINT-01', 'holds a secret'];
  if (SETTING_FORMS.some((form) => first.includes(form)))
    return ['TAINT-03', 'encodes a setting, which only a secret would need'];
  if (second !== undefined && without(first, 0) !== without(second, 1))
    return ['TAINT-02', 'depends on something that is not a setting'];
  if (CONSTANTS.some((constant) => constant.test(first)) || isNamedSecret(first))
    return ['TAINT-04', 'holds a secret of the source'];
  if (looksRandom(first)) return ['TAINT-05', 'holds a random value of the source'];
  return undefined;
}

function without(text: string, run: 0 | 1): string {
  return SETTINGS.reduce((rest, pair, index) => rest.replaceAll(pair[run], `<${index}>`), text);
}

/** Base64 depends on the position modulo three bytes. */
function encodingsOf(text: string): readonly string[] {
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

const SECRET_FORMS = SECRETS.flatMap(([secret]) => [secret, ...encodingsOf(secret)]);
const SETTING_FORMS = SETTINGS.flatMap(([setting]) => encodingsOf(setting));

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

/** The name of a secret with a value behind it. ARNs and actions have names of services there. */
function isNamedSecret(text: string): boolean {
  return !text.startsWith('arn:aws:') && NAMED.test(text);
}

const NAMED =
  /(secret(?!smanager)|passw(or)?d|passphrase|token|api[_-]?key)\w*["']?\s*[=:]\s*["']?[^\s"'$<]{8,}/i;

/** Long enough to be a key. Digests are hexadecimal and never reach four bits per character. */
const KEY_LIKE = /[A-Za-z0-9+/=_-]{24,}/g;
const BITS_PER_CHARACTER = 4.2;
/** Names that AWS gives, as long as keys. */
const KNOWN_NAMES =
  /^(ELBSecurityPolicy-[\w-]+|AWSManagedRules\w+|ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS|[a-z]+(-[a-z]+)*)$/;

function looksRandom(text: string): boolean {
  if (text.startsWith('arn:aws:')) return false;
  return [...text.matchAll(KEY_LIKE)].some(
    ([token]) => bitsPerCharacter(token) >= BITS_PER_CHARACTER && !KNOWN_NAMES.test(token),
  );
}

function bitsPerCharacter(token: string): number {
  const counts = Map.groupBy(token, (sign) => sign);
  return [...counts.values()].reduce((bits, { length }) => {
    const share = length / token.length;
    return bits - share * Math.log2(share);
  }, 0);
}
