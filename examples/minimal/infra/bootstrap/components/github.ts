import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Statement } from '../../iam.ts';
import { allow, policy } from '../../iam.ts';
import type { BootstrapSettings } from '../names.ts';

const ISSUER = 'token.actions.githubusercontent.com';

/** Workflows come with a token of GitHub's, so no key of ours lies there. (SUPPLY-5) */
export class Github extends pulumi.ComponentResource {
  readonly providerArn: pulumi.Output<string>;
  readonly #repository: string;

  constructor(name: string, { settings }: { readonly settings: BootstrapSettings }) {
    super('app:bootstrap:Github', name);
    this.#repository = settings.repository;
    this.providerArn = new aws.iam.OpenIdConnectProvider(
      'github',
      { url: `https://${ISSUER}`, clientIdLists: ['sts.amazonaws.com'] },
      { parent: this, protect: true },
    ).arn;
    this.registerOutputs();
  }

  /** The whole subject, never a part: `repo:acme/*` is every repository, and `acme/*` that of who takes such a name. */
  trust(subject: 'pull_request' | `environment:${string}`): pulumi.Output<string> {
    if (!/^[\w.-]+\/[\w.-]+$/.test(this.#repository) || /[*?]/.test(subject))
      throw new Error(`${this.#repository}:${subject} is not one repository and one subject.`);
    return policy([this.#only(`repo:${this.#repository}:${subject}`)]);
  }

  #only(subject: string): Statement {
    return allow({
      to: { federated: this.providerArn },
      actions: ['sts:AssumeRoleWithWebIdentity'],
      when: {
        StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com', [`${ISSUER}:sub`]: subject },
      },
    });
  }
}
