/** The stack and its account. Every name that a policy relies on is built from these alone. */
export interface Place {
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  readonly accountId: string;
}

/** A dot ends each part and no id has a dot: a pattern for segment `app` does not match the roles of `app-x`. */
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

/** For conditions: every role of a segment, and of no other segment. */
export function rolesOf(place: Place, segment: string): string {
  return roleArn(place, `${place.project}-${place.environment}.${segment}.*`);
}

/** `bootstrap/` creates it, and the deploy role cannot change it. */
export function boundaryArn({ accountId, project }: Pick<Place, 'accountId' | 'project'>): string {
  return `arn:aws:iam::${accountId}:policy/${project}-boundary`;
}

/** `bootstrap/` creates it: a person assumes it to set the value of a secret. */
export function secretsRoleName(project: string): string {
  return `${project}-secrets`;
}

/** The policy of that role, which is also its permissions boundary. */
export function secretsPolicyArn(place: Pick<Place, 'accountId' | 'project'>): string {
  return `arn:aws:iam::${place.accountId}:policy/${secretsRoleName(place.project)}`;
}

/** In a key's policy: every principal that the account's IAM policies allow. */
export function accountArn({ accountId }: Pick<Place, 'accountId'>): string {
  return `arn:aws:iam::${accountId}:root`;
}

/** Bucket names are global: the account id keeps an attacker from registering the name first. */
export function bucketName({ project, environment, accountId }: Place, name: string): string {
  return `${project}-${environment}-${name}-${accountId}`;
}

export function secretName({ project, environment }: Place, name: string): string {
  return `${project}/${environment}/${name}`;
}

export function repositoryName(project: string, service: string): string {
  return `${project}/${service}`;
}

/** The tags of every resource. The deploy role can change only resources that carry them. */
export function ownTags({ project, environment }: Place): { readonly [tag: string]: string } {
  return { project, environment };
}
