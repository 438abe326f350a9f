import { X509Certificate } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

export const CLASSES = ['public', 'vpc', 'task-credentials'] as const;
export type EgressClass = (typeof CLASSES)[number];

/**
 * Documented addresses where a cloud gives a task its credentials over plain HTTP: IMDS of the machine, ECS tasks, EKS
 * pods.
 */
export const CREDENTIAL_ADDRESSES: ReadonlySet<string> = new Set([
  '169.254.169.254',
  'fd00:ec2::254',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::23',
]);

// At least two pins: one lost or replaced key must not cut the service off.
const FEWEST_PINS = 2;

// A call without an end holds a connection, and with it what its caller waits for.
const LONGEST_ANSWER_SECONDS = 300;

const strict = { additionalProperties: false } as const;

const Entry = Type.Object(
  {
    // A whole name in lower case, or a documented address of credentials. Wildcards are refused.
    host: Type.String({ pattern: '^[a-z0-9.:-]{1,253}$' }),
    ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
      minItems: 1,
      uniqueItems: true,
    }),
    class: Type.Enum(CLASSES),
    reason: Type.String({ minLength: 1, maxLength: 200 }),
    // A file beside the shard. It replaces the public certificate authorities.
    ca: Type.Optional(Type.String({ pattern: '^[a-z0-9-]{1,60}[.]pem$' })),
    pins: Type.Optional(
      Type.Object(
        {
          spki: Type.Array(Type.String({ pattern: '^sha256/[A-Za-z0-9+/]{43}=$' }), {
            minItems: FEWEST_PINS,
            uniqueItems: true,
          }),
          // The last day, in UTC, on which the service starts with these pins.
          expires: Type.String({ pattern: '^20[0-9]{2}-[01][0-9]-[0-3][0-9]$' }),
          reportOnly: Type.Optional(Type.Boolean()),
        },
        strict,
      ),
    ),
    // For a host that answers for longer than others, such as a model. The limit on other calls is 30 seconds.
    answerSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: LONGEST_ANSWER_SECONDS })),
    // Loopback only, and only on a developer's machine.
    loopback: Type.Optional(Type.Literal(true)),
  },
  strict,
);
type Entry = Static<typeof Entry>;

const Shard = Type.Object(
  {
    module: Type.String({ pattern: '^[a-z][a-z0-9-]{0,60}$' }),
    egress: Type.Array(Entry),
    // Destinations that users choose and a list cannot name: any public host on these ports. Only code that opens this
    // module by name may call them.
    chosen: Type.Optional(
      Type.Object(
        {
          ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
            minItems: 1,
            uniqueItems: true,
          }),
          reason: Type.String({ minLength: 1, maxLength: 200 }),
        },
        strict,
      ),
    ),
  },
  strict,
);
type Shard = Static<typeof Shard>;

/** An entry as the dispatcher uses it: `ca` holds the certificates themselves. */
export interface EgressEntry extends Omit<Entry, 'ca'> {
  readonly ca?: string;
}

interface ReadOptions {
  // Loopback entries are for a developer's machine, and are skipped elsewhere.
  readonly local: boolean;
  readonly now?: Date;
}

// One or more labels, without a hyphen at either end. A trailing dot is refused: to us it is another name, and to DNS
// the same one.
const HOST = /^(?!-)[a-z0-9-]{1,63}(?<!-)(?:[.](?!-)[a-z0-9-]{1,63}(?<!-))*$/;

const CREDENTIALS_PORT = 80;

/**
 * Reads and checks the shards of all modules once, before any call. An unclear shard stops the start: a skipped entry
 * would be noticed only when the call matters. (HOOK-4)
 *
 * @throws an Error of one sentence that names the file, never a value
 */
export function readEgress(folder: URL, { local, now = new Date() }: ReadOptions): EgressEntry[] {
  const path = fileURLToPath(folder);
  const entries = globSync('*.json', { cwd: path })
    .toSorted()
    .flatMap((file) => entriesOf(path, file, now))
    .filter(({ loopback }) => local || !loopback);
  refuseContradictions(entries);
  return entries;
}

function entriesOf(folder: string, file: string, now: Date): EgressEntry[] {
  return readShard(folder, file).egress.map((entry, index) => {
    const problem = problemOf(entry, now);
    if (problem) throw new Error(`security/egress/${file}, entry ${index + 1}: ${problem}`);
    return withAuthority(entry, folder, file);
  });
}

export function readShard(folder: string, file: string): Shard {
  const shard = parsed(join(folder, file));
  if (!Value.Check(Shard, shard)) throw unclear(file, placeOf(shard));
  if (`${shard.module}.json` !== file) throw unclear(file, 'module');
  return shard;
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw unclear(basename(path), 'JSON');
  }
}

// The name of the member, never its value.
function placeOf(shard: unknown): string {
  const [first] = Value.Errors(Shard, shard);
  return first?.instancePath.slice(1) || 'its members';
}

function unclear(file: string, what: string): Error {
  return new Error(`security/egress/${file} is not an egress shard: look at ${what}.`);
}

function problemOf(entry: Entry, now: Date): string | undefined {
  const { host, pins, loopback } = entry;
  if (entry.class === 'task-credentials') return credentialsProblem(entry);
  if (isIP(host) !== 0) return 'an address stands where a name must.';
  if (!HOST.test(host)) return 'the host is not a whole name.';
  if (loopback) return entry.class === 'vpc' ? undefined : 'only class vpc reaches this machine.';
  if (isOfThisMachine(host)) return 'the host is this machine, which only loopback may reach.';
  if (pins && !pins.reportOnly && isOver(pins.expires, now))
    return 'its pins have expired: renew them, or set reportOnly until they are.';
  return undefined;
}

function credentialsProblem({ host, ports, ca, pins, loopback }: Entry): string | undefined {
  if (!CREDENTIAL_ADDRESSES.has(host))
    return 'class task-credentials is for the documented addresses of credentials.';
  if (ports.length !== 1 || ports[0] !== CREDENTIALS_PORT) return 'credentials are on port 80.';
  // These endpoints use plain HTTP, so a certificate or a pin would protect nothing.
  return ca || pins || loopback
    ? 'class task-credentials takes no ca, pins or loopback.'
    : undefined;
}

function isOfThisMachine(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

function isOver(day: string, now: Date): boolean {
  const last = Date.parse(`${day}T23:59:59.999Z`);
  return !(last >= now.getTime());
}

function withAuthority({ ca, ...entry }: Entry, folder: string, file: string): EgressEntry {
  if (ca === undefined) return entry;
  try {
    return { ...entry, ca: certificatesIn(readFileSync(join(folder, ca), 'utf8')) };
  } catch {
    throw new Error(`security/egress/${file}: its ca is not a file of certificates beside it.`);
  }
}

// An empty file would count as no authority of its own, and so trust all public ones.
function certificatesIn(text: string): string {
  const pems = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (!pems) throw new TypeError('no certificate');
  return pems.map((pem) => new X509Certificate(pem).toString()).join('');
}

// Two modules may list one host, with the same protection. Otherwise one has less protection than its shard says.
function refuseContradictions(entries: readonly EgressEntry[]): void {
  const meant = new Map<string, string>();
  for (const { host, ports, class: kind, ca, pins, loopback, answerSeconds } of entries)
    for (const port of ports) {
      const where = `${host}:${port}`;
      const meaning = JSON.stringify([kind, ca, pins, loopback, answerSeconds]);
      if (meant.has(where) && meant.get(where) !== meaning)
        throw new Error(`security/egress lists ${where} twice, and not with the same protection.`);
      meant.set(where, meaning);
    }
}
