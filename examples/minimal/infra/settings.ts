/** What `dev` may have less of than `prod`. Every control is the same in both, so none of them is here. */
interface Size {
  /** Aurora capacity units, at least 0.5: a cluster pauses only without connections, and a worker keeps some open. */
  readonly databaseCapacity: { readonly min: number; readonly max: number };
  /** With one instance, the database is down for minutes when its machine fails. */
  readonly databaseInstances: 'one' | 'one per zone';
  /** How many days back the database can be restored. */
  readonly backupDays: number;
  /** Two tasks survive the loss of a machine and a failed deployment. */
  readonly tasks: { readonly min: number; readonly max: number };
  /** CPU in units of 1/1024 vCPU, memory in MiB. */
  readonly task: { readonly cpu: number; readonly memory: number };
  /** With one gateway, all egress stops when its zone fails. Each costs as much as the rest of a small stack. */
  readonly natGateways: 'one' | 'one per zone';
}

export const sizes: Readonly<Record<'dev' | 'prod', Size>> = {
  dev: {
    databaseCapacity: { min: 0.5, max: 2 },
    databaseInstances: 'one',
    backupDays: 7,
    tasks: { min: 1, max: 2 },
    task: { cpu: 256, memory: 512 },
    natGateways: 'one',
  },
  prod: {
    databaseCapacity: { min: 1, max: 16 },
    databaseInstances: 'one per zone',
    backupDays: 35,
    tasks: { min: 2, max: 8 },
    task: { cpu: 512, memory: 1024 },
    natGateways: 'one per zone',
  },
};

export interface Settings {
  readonly project: string;
  readonly environment: 'dev' | 'prod';
  readonly region: string;
  readonly accountId: string;
  readonly domain: string;
  readonly certificateArn: string;
  /** By the folder below `services/`. */
  readonly images: Readonly<Record<string, string>>;
  readonly egress: 'dns-firewall' | 'network-firewall';
  /** CNAME targets of listed hosts: the DNS firewall does not resolve an alias of a name that is not listed. */
  readonly aliases: readonly string[];
  readonly authorization: 'image' | 'bundle';
  /** CloudTrail, GuardDuty and the access analyzer: one per account, so false where the account has them. */
  readonly detection: boolean;
  readonly zones: readonly string[];
  readonly alertEmail?: string;
  readonly size: Size;
}

/** A value of the stack file as text, by its key: `infra:domain`, `aws:region`. Lists and tables are JSON. */
type Configured = (key: string) => string | undefined;

/**
 * Reads the stack file. It reads no secret, so no secret reaches Pulumi's state from here. (SUPPLY-5)
 *
 * @throws an Error that lists all problems, one per line, each with its fix and without the value
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
    /^(dns-firewall|network-firewall)$/,
    'dns-firewall or network-firewall',
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
    authorization: read('infra:authorization', /^(image|bundle)$/, 'image or bundle'),
    detection: read('infra:detection', /^(true|false)$/, 'true or false') === 'true',
    zones: zonesOf(configured('infra:zones'), region, problems),
    ...(configured('infra:alertEmail') && {
      alertEmail: read('infra:alertEmail', EMAIL, 'an address that a person reads'),
    }),
    size,
  };
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return settings as Settings;
}

// `<project>-prod.<segment>.<program>` has to fit into the 64 characters of a role name.
const PROJECT = /^[a-z][a-z0-9-]{0,28}[a-z0-9]$/;
const HOST = /^(?=.{4,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
const EMAIL = /^[^\s@"'<>]{1,64}@[a-z0-9.-]{4,253}$/i;
// A digest, not a tag: an attacker who moves a tag replaces the image that was tested.
const IMAGE = /^[a-z0-9.-]+(?::\d+)?\/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$/;
const FOLDER = /^[a-z][a-z0-9-]{0,39}$/;

// The deploy role can change only resources with these tags, so without them it can create nothing.
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
