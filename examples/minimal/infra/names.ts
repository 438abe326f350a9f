/** Where a program stands. Its settings have these, and names that a policy relies on are made of nothing else. */
export interface Place {
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  readonly accountId: string;
}

/** A dot ends each part, and no id has one: the roles of segment `app` are not the beginning of those of `app-x`. */
export function roleName(
  { project, environment }: Place,
  { id, segment }: { readonly id: string; readonly segment: string },
): string {
  return `${project}-${environment}.${segment}.${id}`;
}

export function startRoleName(
  place: Place,
  program: { readonly id: string; readonly segment: string },
): string {
  return `${roleName(place, program)}.start`;
}

export function roleArn({ accountId }: Pick<Place, 'accountId'>, name: string): string {
  return `arn:aws:iam::${accountId}:role/${name}`;
}

/** For conditions: every role of a segment, and of no other. */
export function rolesOf(place: Place, segment: string): string {
  return roleArn(place, `${place.project}-${place.environment}.${segment}.*`);
}

/** Made by `bootstrap/`, and out of reach of whoever deploys. */
export function boundaryArn({ accountId, project }: Pick<Place, 'accountId' | 'project'>): string {
  return `arn:aws:iam::${accountId}:policy/${project}-boundary`;
}

/** Made by `bootstrap/` too: as whom a person puts a value into a place for a secret. */
export function secretsRoleName(project: string): string {
  return `${project}-secrets`;
}

/** What that role may do, and the most that it can be given. */
export function secretsPolicyArn(place: Pick<Place, 'accountId' | 'project'>): string {
  return `arn:aws:iam::${place.accountId}:policy/${secretsRoleName(place.project)}`;
}

/** In a key's policy: whoever the account's own policies let. */
export function accountArn({ accountId }: Pick<Place, 'accountId'>): string {
  return `arn:aws:iam::${accountId}:root`;
}

/** Bucket names are the world's: the account's number keeps ours from being taken. */
export function bucketName({ project, environment, accountId }: Place, name: string): string {
  return `${project}-${environment}-${name}-${accountId}`;
}

export function secretName({ project, environment }: Place, name: string): string {
  return `${project}/${environment}/${name}`;
}

export function repositoryName(project: string, service: string): string {
  return `${project}/${service}`;
}

/** What everything carries, and what the deploying role may touch by. */
export function ownTags({ project, environment }: Place): { readonly [tag: string]: string } {
  return { project, environment };
}
