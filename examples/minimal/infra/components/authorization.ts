import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { CedarSource } from '../policies.ts';
import type { Settings } from '../settings.ts';
import { secureBucket } from './bucket.ts';

export interface AuthorizationArgs {
  readonly settings: Settings;
  readonly key: aws.kms.Key;
  /** Asked for only where the policies are AWS's to judge. */
  readonly source: () => CedarSource;
}

/**
 * Where the policies lie that requests are judged by. `image`: beside the program, which changes with them; `bundle`: in
 * a bucket, so that they change without it; `verified-permissions`: AWS judges.
 */
export class Authorization extends pulumi.ComponentResource {
  readonly bundles: aws.s3.Bucket | undefined;
  readonly store: aws.verifiedpermissions.PolicyStore | undefined;

  constructor(name: string, { settings, key, source }: AuthorizationArgs) {
    super('app:infra:Authorization', name);
    this.bundles =
      settings.authorization === 'bundle'
        ? secureBucket('policies', { settings, key }, this)
        : undefined;
    this.store =
      settings.authorization === 'verified-permissions' ? policyStore(source(), this) : undefined;
    this.registerOutputs();
  }
}

/** STRICT: a policy that speaks of what the schema does not know is refused, as it is in the tests. */
function policyStore(
  { schema, policies }: CedarSource,
  parent: pulumi.Resource,
): aws.verifiedpermissions.PolicyStore {
  const store = new aws.verifiedpermissions.PolicyStore(
    'policies',
    { validationSettings: { mode: 'STRICT' }, deletionProtection: 'ENABLED' },
    { parent, protect: true },
  );
  const policyStoreId = store.policyStoreId;
  const known = new aws.verifiedpermissions.Schema(
    'policies',
    { policyStoreId, definition: { value: schema } },
    { parent },
  );
  for (const { id, text } of policies) {
    new aws.verifiedpermissions.Policy(
      `policy-${id}`,
      { policyStoreId, definition: { static: { description: id, statement: text } } },
      { parent, dependsOn: [known] },
    );
  }
  return store;
}
