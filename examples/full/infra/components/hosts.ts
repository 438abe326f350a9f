import { readFileSync, readdirSync } from 'node:fs';

/** A host that a module lists in `security/egress/`, or a host of AWS. */
interface Host {
  readonly module: string;
  readonly host: string;
  readonly ports: readonly number[];
}

/** Destinations that users choose, so only their ports can be listed. */
interface Chosen {
  readonly module: string;
  readonly ports: readonly number[];
}

export interface Hosts {
  readonly public: readonly Host[];
  /** Private endpoints: the DNS firewall resolves their names, and they open no route out. */
  readonly vpc: readonly Host[];
  readonly chosen: readonly Chosen[];
}

const EGRESS = new URL('../../security/egress/', import.meta.url);

/**
 * Reads the shards that the service's own dispatcher reads. A malformed shard stops the deployment: an attacker would use
 * a hole in the firewall that it opened by mistake. (HOOK-4)
 *
 * @throws an Error that names the file, and never a value
 */
export function readHosts(folder: URL = EGRESS): Hosts {
  const shards = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => shardOf(folder, file));
  // Loopback entries are for a developer's machine, and tasks get credentials from a link-local address.
  const entries = shards.flatMap(({ entries: own }) => own).filter(({ loopback }) => !loopback);
  const ofClass = (wanted: string): readonly Host[] =>
    entries
      .filter((entry) => entry.class === wanted)
      .map(({ module, host, ports }) => ({ module, host, ports }));
  return {
    public: ofClass('public'),
    vpc: ofClass('vpc'),
    chosen: shards.flatMap(({ module, chosen }) => (chosen ? [{ module, ports: chosen }] : [])),
  };
}

interface Entry extends Host {
  readonly class: string;
  readonly loopback: boolean;
}

interface Shard {
  readonly module: string;
  readonly entries: readonly Entry[];
  readonly chosen: readonly number[] | undefined;
}

const MEMBERS = ['module', 'egress', 'chosen'];
const ENTRY_MEMBERS = [
  'host',
  'ports',
  'class',
  'reason',
  'ca',
  'pins',
  'answerSeconds',
  'loopback',
];
const CHOSEN_MEMBERS = ['ports', 'reason'];
const CLASSES = ['public', 'vpc', 'task-credentials'];
// A lower-case name of at least two labels. No IP address: the DNS firewall would never see it.
const NAME = /^(?=.{1,253}$)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+[a-z][a-z0-9-]{0,62}$/;

function shardOf(folder: URL, file: string): Shard {
  const shard = recordOf(parsed(new URL(file, folder)), MEMBERS);
  const module = file.slice(0, -'.json'.length);
  if (!shard || shard['module'] !== module || !Array.isArray(shard['egress']))
    throw malformedShard(file, 'its members');
  const entries = (shard['egress'] as unknown[]).map((given, index) => {
    const entry = entryOf(given, module);
    if (!entry) throw malformedShard(file, `entry ${index + 1}`);
    return entry;
  });
  if (shard['chosen'] === undefined) return { module, entries, chosen: undefined };
  const chosen = portsOf(recordOf(shard['chosen'], CHOSEN_MEMBERS)?.['ports']);
  if (!chosen) throw malformedShard(file, 'chosen');
  return { module, entries, chosen };
}

function entryOf(given: unknown, module: string): Entry | undefined {
  const entry = recordOf(given, ENTRY_MEMBERS);
  const ports = portsOf(entry?.['ports']);
  const { host, class: kind, loopback } = entry ?? {};
  if (!ports || typeof host !== 'string' || typeof kind !== 'string') return undefined;
  if (!CLASSES.includes(kind) || (loopback !== undefined && loopback !== true)) return undefined;
  const isNamed = kind === 'task-credentials' || loopback === true || NAME.test(host);
  return isNamed ? { module, host, ports, class: kind, loopback: loopback === true } : undefined;
}

function recordOf(given: unknown, members: readonly string[]): Record<string, unknown> | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const isKnown = Object.keys(given).every((name) => members.includes(name));
  return isKnown ? (given as Record<string, unknown>) : undefined;
}

function portsOf(given: unknown): readonly number[] | undefined {
  if (!Array.isArray(given) || given.length === 0) return undefined;
  const ports = given as unknown[];
  const isPort = (port: unknown) =>
    Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;
  return ports.every(isPort) ? (ports as number[]) : undefined;
}

function parsed(file: URL): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function malformedShard(file: string, what: string): Error {
  return new Error(`security/egress/${file} is not an egress shard: look at ${what}.`);
}
