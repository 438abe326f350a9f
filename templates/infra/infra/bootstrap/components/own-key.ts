import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { serviceKeyPolicy } from '../../components/key-policies.ts';
import type { BootstrapSettings } from '../names.ts';

/** What images and the state are encrypted with, reached through the service that keeps them. */
export function ownKey(
  name: string,
  settings: BootstrapSettings,
  service: string,
  parent: pulumi.Resource,
): aws.kms.Key {
  return new aws.kms.Key(
    `key-${name}`,
    {
      description: `${settings.project}: ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: serviceKeyPolicy(settings, service),
    },
    { parent, protect: true },
  );
}
