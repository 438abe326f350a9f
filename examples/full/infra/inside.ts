import * as pulumi from '@pulumi/pulumi';
import type { Ground } from './ground.ts';
import type { Holdings } from './holdings.ts';
import { layerBucket } from './components/endpoint-policies.ts';
import type { Hosts } from './hosts.ts';
import type { Settings } from './settings.ts';

export interface Inside extends Pick<Ground, 'databases' | 'endpoints' | 'registry'> {
  readonly settings: Settings;
  readonly hosts: Hosts;
  readonly holdings: Pick<Holdings, 'archive' | 'authorization'>;
}

/** The names that tasks ask for whatever they call: where a name is an alias, what it is an alias of, too. */
export function namesInside(inside: Inside): readonly pulumi.Input<string>[] {
  const { settings, hosts, holdings, databases, registry, endpoints } = inside;
  const { region, accountId, authorization } = settings;
  const services = ['kms', 'secretsmanager', 'logs', 'api.ecr', 's3', 's3-r-w'];
  const decides = authorization === 'verified-permissions' ? ['verifiedpermissions'] : [];
  const buckets = [holdings.archive.bucket, holdings.authorization.bundles];
  return [
    ...[...services, ...decides].map((service) => `${service}.${region}.amazonaws.com`),
    `${accountId}.dkr.ecr.${region}.amazonaws.com`,
    `${layerBucket(region)}.s3.${region}.amazonaws.com`,
    ...buckets.flatMap((bucket) =>
      bucket ? [pulumi.interpolate`${bucket.bucket}.s3.${region}.amazonaws.com`] : [],
    ),
    ...(endpoints.proxy ? [endpoints.proxy.host] : []),
    ...registry.names,
    ...hosts.vpc.map(({ host }) => host),
    // Last, as there are more of them in production.
    ...[...databases.values()].flatMap(({ names }) => names),
  ];
}
