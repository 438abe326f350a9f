import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

// No tags: whoever deploys may manage the keys that carry those of its environment.
export function ownKey(
  name: string,
  policy: pulumi.Output<string>,
  parent: pulumi.Resource,
): aws.kms.Key {
  return new aws.kms.Key(
    `key-${name}`,
    {
      description: `Of bootstrap: ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy,
    },
    { parent, protect: true },
  );
}
