import type { Rule } from '../rule.ts';
import { dependencyUnlocked } from './dependency-unlocked.ts';
import { imageRunsAsRoot } from './image-runs-as-root.ts';
import { imageSecretArgument } from './image-secret-argument.ts';
import { secretInState } from './secret-in-state.ts';
import { workflowKeptCredentials } from './workflow-kept-credentials.ts';
import { workflowPermissions } from './workflow-permissions.ts';
import { workflowScriptInjection } from './workflow-script-injection.ts';
import { workflowUntrustedCheckout } from './workflow-untrusted-checkout.ts';

/** What is asked of workflows, images and programs of a cloud, whoever wrote them: also of what we emit. */
export const everybodysRules: readonly Rule[] = [
  workflowPermissions,
  workflowUntrustedCheckout,
  workflowScriptInjection,
  workflowKeptCredentials,
  imageRunsAsRoot,
  imageSecretArgument,
  secretInState,
];

/** What is asked of projects that we did not write. Ours name exact versions, which says more than that there is a lockfile. */
export const othersRules: readonly Rule[] = [...everybodysRules, dependencyUnlocked];
