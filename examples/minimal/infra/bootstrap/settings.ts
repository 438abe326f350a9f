import type { Place } from '../components/names.ts';

/** A value of the stack file as text. Lists are JSON. */
type Configured = (key: string) => string | undefined;

const SUFFIX = '-bootstrap';

/** @throws an Error that lists all problems, one per line */
export function readBootstrapSettings(name: string, configured: Configured): BootstrapSettings {
  const problems: string[] = [];
  const read = (key: string, shape: RegExp, wanted: string): string => {
    const value = configured(key) ?? '';
    if (!shape.test(value)) problems.push(`${key} has to be ${wanted}.`);
    return value;
  };
  const list = (key: string, each: string, wanted: string): readonly string[] => {
    const text = read(key, new RegExp(`^\\["${each}"(,"${each}")*\\]$`), wanted);
    return problems.length === 0 ? (JSON.parse(text) as string[]) : [];
  };
  if (!/^[a-z][a-z0-9-]{1,29}-bootstrap$/.test(name))
    problems.push(
      'Pulumi.yaml names the project, of 2 to 30 letters, digits and hyphens, and -bootstrap.',
    );
  const settings = {
    project: name.slice(0, -SUFFIX.length),
    region: read('aws:region', /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region, such as eu-west-1'),
    accountId: read(
      'aws:allowedAccountIds',
      /^\["\d{12}"\]$/,
      'one account: ["123456789012"]',
    ).slice(2, -2),
    // No pattern: the owner of any matching repository could deploy.
    repository: read('bootstrap:repository', /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/, 'like acme/shop'),
    environments: list('bootstrap:environments', '(?:dev|prod)', 'some of ["dev","prod"]'),
    services: list('bootstrap:services', '[a-z][a-z0-9-]*', 'the folders below services/: ["api"]'),
  };
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return settings;
}

/** The settings of one account, filled in once by an administrator. */
export interface BootstrapSettings extends Omit<Place, 'environment'> {
  /** `organization/repository`, as GitHub writes it. */
  readonly repository: string;
  /** The environments of the project in this account. */
  readonly environments: readonly string[];
  /** The folders below `services/`: each has an image. */
  readonly services: readonly string[];
}

export function deployRoleName(project: string, environment: string): string {
  return `${project}-deploy-${environment}`;
}

export function previewRoleName(project: string): string {
  return `${project}-preview`;
}

/** No resource of the program has this name, so the deploy role cannot change the boundary. */
export function boundaryName(project: string): string {
  return `${project}-boundary`;
}

/** Not an environment's prefix: the deploy role may change the buckets of its environment. */
export function stateBucketPlace(settings: BootstrapSettings): Place {
  return { ...settings, environment: 'bootstrap' };
}
