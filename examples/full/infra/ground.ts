import type * as aws from '@pulumi/aws';
import { Database } from './components/database.ts';
import { Doors } from './components/doors.ts';
import { Egress } from './components/egress.ts';
import { Endpoints } from './components/endpoints.ts';
import { Network } from './components/network.ts';
import { Registry } from './components/registry.ts';
import { TrafficLogs } from './components/traffic-logs.ts';
import type { Holdings } from './holdings.ts';
import type { Hosts } from './hosts.ts';
import { namesInside } from './inside.ts';
import type { Plan } from './plan.ts';
import type { Settings } from './settings.ts';

/** Where programs stand, whom they reach from there, and the database of each segment. */
export interface Ground {
  readonly trafficLogs: aws.s3.Bucket;
  readonly network: Network;
  readonly endpoints: Endpoints;
  readonly doors: Doors;
  readonly registry: Registry;
  /** By segment. */
  readonly databases: ReadonlyMap<string, Database>;
}

export function lay(settings: Settings, plan: Plan, hosts: Hosts, holdings: Holdings): Ground {
  const logKey = holdings.keys.logs;
  const trafficLogs = new TrafficLogs('traffic', { settings }).bucket;
  const network = new Network('network', { settings, segments: plan.segments, trafficLogs });
  const endpoints = new Endpoints('endpoints', { settings, network, plan });
  const doors = new Doors('doors', { settings, network, endpoints, plan });
  const registry = new Registry('registry', { settings, network, programs: plan.programs });
  const databases = new Map(
    plan.segments
      .filter(({ hasDatabase }) => hasDatabase)
      .map(({ id }) => [
        id,
        new Database(`database-${id}`, {
          settings,
          segment: id,
          network: network.segment(id),
          securityGroupId: doors.of(`database-${id}`),
          key: holdings.keys.data(id),
          secretsKey: holdings.keys.secrets(id),
          logKey,
        }),
      ]),
  );
  const inside = namesInside({ settings, hosts, holdings, databases, endpoints, registry });
  new Egress('egress', { settings, network, plan, inside, logKey });
  return { trafficLogs, network, endpoints, doors, registry, databases };
}
