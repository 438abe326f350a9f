import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { serviceKeyPolicy } from '../../components/key-policies.ts';
import { repositoryName } from '../../names.ts';
import type { BootstrapSettings } from '../names.ts';
import { ownKey } from './own-key.ts';

// Enough to go back by; what a task still runs is among them.
const KEPT_IMAGES = 50;

/** Where images are pushed to. A tag is never moved, so what was scanned is what runs. (SUPPLY-5) */
export class Images extends pulumi.ComponentResource {
  readonly key: aws.kms.Key;

  constructor(name: string, { settings }: { readonly settings: BootstrapSettings }) {
    super('app:bootstrap:Images', name);
    const parent = { parent: this };
    this.key = ownKey('images', serviceKeyPolicy(settings, 'ecr'), this);
    for (const service of settings.services) {
      const repository = new aws.ecr.Repository(
        `images-${service}`,
        {
          name: repositoryName(settings.project, service),
          imageTagMutability: 'IMMUTABLE',
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: this.key.arn }],
          forceDelete: false,
        },
        { ...parent, protect: true },
      );
      new aws.ecr.LifecyclePolicy(
        `images-${service}`,
        { repository: repository.name, policy: pulumi.jsonStringify({ rules: [keepNewest] }) },
        parent,
      );
    }
    this.registerOutputs();
  }
}

const keepNewest = {
  rulePriority: 1,
  description: `The newest ${KEPT_IMAGES}`,
  selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: KEPT_IMAGES },
  action: { type: 'expire' },
};
