import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Statement } from '../../iam.ts';
import { policy } from '../../iam.ts';
import { packed } from '../row-statements.ts';

interface WorkflowRoleArgs {
  readonly role: string;
  readonly trust: pulumi.Output<string>;
  /** What fits into no more policies than a role can have. */
  readonly statements: readonly Statement[];
  /** Statements about addresses that are not known yet. */
  readonly more: readonly Statement[];
}

// A preview of a large program takes minutes, and nobody needs an hour.
const LONGEST_SECONDS = 3_600;

/** A role of the workflows at GitHub. (SUPPLY-5) */
export class WorkflowRole extends pulumi.ComponentResource {
  constructor(name: string, { role, trust, statements, more }: WorkflowRoleArgs) {
    super('app:bootstrap:WorkflowRole', name);
    const made = new aws.iam.Role(
      role,
      { name: role, assumeRolePolicy: trust, maxSessionDuration: LONGEST_SECONDS },
      { parent: this, protect: true },
    );
    for (const [index, pack] of [...packed(statements), more].entries()) {
      const title = `${role}-${index + 1}`;
      const document = new aws.iam.Policy(
        title,
        { name: title, policy: policy(pack) },
        { parent: this },
      );
      new aws.iam.RolePolicyAttachment(
        title,
        { role: made.name, policyArn: document.arn },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
