import type { Size } from './sizes.ts';
import { sizes } from './sizes.ts';

/** A proxy of yours, offered to this account as an endpoint service: nothing is routed to it, and it routes nothing back. */
export interface Proxy {
  /** com.amazonaws.vpce.<region>.vpce-svc-… */
  readonly service: string;
  readonly port: number;
}

export interface Settings {
  readonly project: string;
  readonly environment: 'dev' | 'prod';
  readonly region: string;
  readonly accountId: string;
  readonly domain: string;
  readonly certificateArn: string;
  /** By the folder below services/. */
  readonly images: Readonly<Record<string, string>>;
  readonly egress: 'dns-firewall' | 'network-firewall' | 'proxy';
  readonly proxy?: Proxy;
  /** Names that listed hosts are aliases of: a name that leads to one that is not known leads nowhere. */
  readonly aliases: readonly string[];
  readonly authorization: 'image' | 'bundle' | 'verified-permissions';
  /** The trail, GuardDuty and the access analyzer: one an account, and perhaps there already. */
  readonly detection: boolean;
  readonly zones: readonly string[];
  readonly alertEmail?: string;
  readonly size: Size;
}

/** What the stack's file says, as text: `infra:domain`, `aws:region`. Lists and tables are JSON. */
export type Configured = (key: string) => string | undefined;

/**
 * Reads the stack's file: what is wrong is told all at once, each with the way out, and never with the value. Nothing that
 * is read here is a secret, so nothing secret can come to stand in the state from here. (SUPPLY-5)
 *
 * @throws an Error with one sentence a line
 */
export function readSettings(project: string, stack: string, configured: Configured): Settings {
  const problems: string[] = [];
  const read = reader(configured, problems);
  const region = read('aws:region', /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region, such as eu-west-1');
  const accountId = read(
    'aws:allowedAccountIds',
    /^\["\d{12}"\]$/,
    'the one account of this stack, such as ["123456789012"]',
  ).slice(2, -2);
  const egress = read(
    'infra:egress',
    /^(dns-firewall|network-firewall|proxy)$/,
    'dns-firewall, network-firewall or proxy',
  ) as Settings['egress'];
  const size = stack === 'dev' || stack === 'prod' ? sizes[stack] : undefined;
  if (!size) problems.push('The stack is named dev or prod: pulumi stack select dev.');
  if (!isTagged(configured('aws:defaultTags'), project, stack))
    problems.push(
      `aws:defaultTags must have the tags project: ${project} and environment: ${stack}: edit it in the stack file.`,
    );
  if (!PROJECT.test(project))
    problems.push('The name in Pulumi.yaml has 2 to 30 letters, digits and hyphens: shorten it.');
  const settings = {
    project,
    environment: stack,
    region,
    accountId,
    domain: read('infra:domain', HOST, 'a plain host name, such as api.example.com'),
    certificateArn: read(
      'infra:certificateArn',
      new RegExp(`^arn:aws:acm:${region}:${accountId}:certificate/[0-9a-f-]{36}$`),
      'the ARN of a certificate of this account and region',
    ),
    images: tableOf(
      read('infra:images', /^\{.+\}$/s, 'the image of each service by its digest'),
      problems,
    ),
    egress,
    aliases: listOf(configured('infra:aliases'), 'infra:aliases', HOST, problems),
    authorization: read(
      'infra:authorization',
      /^(image|bundle|verified-permissions)$/,
      'image, bundle or verified-permissions',
    ),
    detection: read('infra:detection', /^(true|false)$/, 'true or false') === 'true',
    zones: zonesOf(configured('infra:zones'), region, problems),
    ...(configured('infra:alertEmail') && {
      alertEmail: read('infra:alertEmail', EMAIL, 'an address that people read'),
    }),
    ...(egress === 'proxy' && { proxy: proxyOf(read, region) }),
    size,
  };
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return settings as Settings;
}

// With `-prod-` and the name of a program in front of a role's 64 characters.
const PROJECT = /^[a-z][a-z0-9-]{0,28}[a-z0-9]$/;
const HOST = /^(?=.{4,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const EMAIL = /^[^\s@"'<>]{1,64}@[a-z0-9.-]{4,253}$/i;
// Whoever can move a tag could put anything in the place of what was tested.
const IMAGE = /^[a-z0-9.-]+(?::\d+)?\/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$/;
const FOLDER = /^[a-z][a-z0-9-]{0,39}$/;

// The deploying role may touch what has them, and nothing else: what has none could not be made.
function isTagged(text: string | undefined, project: string, environment: string): boolean {
  const { tags } = (parsed(text ?? '') ?? {}) as { readonly tags?: Record<string, unknown> };
  return tags?.['project'] === project && tags['environment'] === environment;
}

type Read = (key: string, form: RegExp, what: string) => string;

function reader(configured: Configured, problems: string[]): Read {
  return (key, form, what) => {
    const text = configured(key) ?? '';
    if (form.test(text)) return text;
    problems.push(`${key} must be ${what}: pulumi config set ${key} ...`);
    return '';
  };
}

function tableOf(text: string, problems: string[]): Readonly<Record<string, string>> {
  if (text === '') return {};
  const table = parsed(text);
  const entries = typeof table === 'object' && table !== null ? Object.entries(table) : [];
  const wrong = entries.some(
    ([folder, image]) => !FOLDER.test(folder) || typeof image !== 'string' || !IMAGE.test(image),
  );
  if (wrong || entries.length === 0)
    problems.push(
      "infra:images must name each image by its digest, …@sha256:<64 hex>: pulumi config set --path 'infra:images.api' ...",
    );
  return Object.fromEntries(entries) as Record<string, string>;
}

function zonesOf(text: string | undefined, region: string, problems: string[]): readonly string[] {
  const zone = new RegExp(`^${region}[a-z]$`);
  const zones = listOf(text, 'infra:zones', zone, problems);
  if (zones.length === 2 || zones.length === 3) return zones;
  problems.push('infra:zones must list 2 or 3 zones of the region: edit it in the stack file.');
  return zones;
}

function listOf(
  text: string | undefined,
  key: string,
  form: RegExp,
  problems: string[],
): readonly string[] {
  if (text === undefined) return [];
  const list = parsed(text);
  const items = Array.isArray(list) ? (list as unknown[]) : [undefined];
  const good = items.filter((item) => typeof item === 'string' && form.test(item)) as string[];
  if (good.length === items.length && new Set(good).size === good.length) return good;
  problems.push(
    `${key} must be a list of different names, each well formed: edit it in the stack file.`,
  );
  return [];
}

function proxyOf(read: Read, region: string): Proxy {
  const service = new RegExp(`^com\\.amazonaws\\.vpce\\.${region}\\.vpce-svc-[0-9a-f]{8,17}$`);
  return {
    service: read('infra:proxyService', service, 'the endpoint service of your proxy'),
    port: Number(read('infra:proxyPort', /^[1-9]\d{1,4}$/, 'the port of your proxy')),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
