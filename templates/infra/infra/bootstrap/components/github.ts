import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Statement } from '../../iam.ts';
import { allow, policy } from '../../iam.ts';
import type { BootstrapSettings } from '../names.ts';

const ISSUER = 'token.actions.githubusercontent.com';

type Subject = 'pull_request' | 'ref:refs/heads/main' | `environment:${string}`;

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
  trust(...subjects: readonly Subject[]): pulumi.Output<string> {
    const isWhole = !subjects.some((subject) => /[*?]/.test(subject));
    if (!/^[\w.-]+\/[\w.-]+$/.test(this.#repository) || !isWhole)
      throw new Error(
        `${this.#repository}:${subjects.join()} is not one repository and whole subjects.`,
      );
    return policy([this.#only(subjects.map((subject) => `repo:${this.#repository}:${subject}`))]);
  }

  #only(subjects: readonly string[]): Statement {
    return allow({
      to: { federated: this.providerArn },
      actions: ['sts:AssumeRoleWithWebIdentity'],
      when: {
        StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com', [`${ISSUER}:sub`]: subjects },
      },
    });
  }
}
