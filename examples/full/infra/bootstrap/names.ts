import type { Place } from '../names.ts';

/** What an administrator tells once, about one account. */
export interface BootstrapSettings extends Omit<Place, 'environment'> {
  /** `organization/repository`, as GitHub writes it. */
  readonly repository: string;
  /** Which of the project's environments stand in this account. */
  readonly environments: readonly string[];
  /** The folders below `services/`: an image each. */
  readonly services: readonly string[];
}

export function deployRoleName(project: string, environment: string): string {
  return `${project}-deploy-${environment}`;
}

export function previewRoleName(project: string): string {
  return `${project}-preview`;
}

/** Everything that `bootstrap` makes is called so, and nothing that the program makes is. */
export function boundaryName(project: string): string {
  return `${project}-boundary`;
}

/** Its name begins as no environment's does: whoever deploys one touches the buckets of that one. */
export function stateBucketPlace(settings: BootstrapSettings): Place {
  return { ...settings, environment: 'bootstrap' };
}
