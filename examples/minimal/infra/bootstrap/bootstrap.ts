import type * as pulumi from '@pulumi/pulumi';
import { Boundary } from './components/boundary.ts';
import { Github } from './components/github.ts';
import { Images } from './components/images.ts';
import { SecretsRole } from './components/secrets-role.ts';
import { State } from './components/state.ts';
import { WorkflowRole } from './components/workflow-role.ts';
import { changes, readable } from './deploy-actions.ts';
import { keysThroughServices, outOfReach, rolesOfPrograms, stateOf } from './deploy-limits.ts';
import type { BootstrapSettings } from './names.ts';
import { deployRoleName, previewRoleName } from './names.ts';
import { statementsOf } from './row-statements.ts';

/** What an administrator makes once in an account, so that a workflow can do the rest and touch none of this. (SUPPLY-5) */
export function bootstrap(settings: BootstrapSettings): pulumi.Inputs {
  const { project, environments } = settings;
  const github = new Github('github', { settings });
  const images = new Images('images', { settings });
  const state = new State('state', { settings });
  new Boundary('boundary', { settings });
  new SecretsRole('secrets', { settings });
  const limits = outOfReach(settings, {
    keys: [state.key.arn, images.key.arn],
    provider: github.providerArn,
  });
  new WorkflowRole('preview', {
    role: previewRoleName(project),
    // Of a pull request to preview it, and of main to see each night what has drifted from it.
    trust: github.trust('pull_request', 'ref:refs/heads/main'),
    statements: environments
      .flatMap((environment) => statementsOf(readable, { ...settings, environment }))
      .filter(once),
    more: [...stateOf(settings, state.key.arn, false), ...limits],
  });
  for (const environment of environments) {
    const place = { ...settings, environment };
    new WorkflowRole(`deploy-${environment}`, {
      role: deployRoleName(project, environment),
      trust: github.trust(`environment:${environment}`),
      statements: [
        ...statementsOf([...changes, ...readable], place),
        ...rolesOfPrograms(place),
        ...keysThroughServices(place),
      ],
      more: [...stateOf(settings, state.key.arn, true), ...limits],
    });
  }
  return { stateBucket: state.bucket.id, stateKey: state.key.arn };
}

function once<Value>(value: Value, index: number, all: readonly Value[]): boolean {
  return all.findIndex((other) => JSON.stringify(other) === JSON.stringify(value)) === index;
}
