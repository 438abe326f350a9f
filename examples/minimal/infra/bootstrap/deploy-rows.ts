import type { Condition, Exact, Resource, Statement } from '../components/iam.ts';
import { allow, allowImposed, inAccount, namedFrom } from '../components/iam.ts';
import type { Place } from '../components/names.ts';

/** How narrow AWS lets an action be. */
type Scope =
  /** Resources whose name starts with the project's prefix. */
  | 'named'
  /** Resources that are created with the project's tags. */
  | 'new'
  /** Tagging, during the creation of a resource only. */
  | 'born'
  /** Resources that carry the project's tags. */
  | 'tagged'
  /** Every resource of the type in this account. */
  | 'account'
  /** AWS takes no resource. */
  | 'none';

type Action = `${string}:${string}`;

export interface Row {
  /** The Pulumi types that are created, read, changed or deleted with these actions. */
  readonly types: readonly string[];
  readonly scope: Scope;
  /**
   * `service:type/`, with the fixed part of the name if there is one: `{stack}` is `{project}-{environment}`. Absent if AWS
   * takes no resource.
   */
  readonly on?: readonly string[];
  readonly actions: readonly Action[];
}

/** `aws:ec2/vpc:Vpc` for `resourceTypes('ec2', 'Vpc')`. */
export function resourceTypes(service: string, ...names: readonly string[]): readonly string[] {
  return wordsOf(names).map(
    (name) => `aws:${service}/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`,
  );
}

/** `ec2:CreateVpc` for `actions('ec2', 'CreateVpc')`. A pattern does not compile. (SUPPLY-5) */
export function actions<const Names extends string>(
  service: string,
  ...names: readonly Exact<Names>[]
): readonly Action[] {
  return wordsOf(names).map((name): Action => `${service}:${name}`);
}

/** `ec2:vpc/` for `arns('ec2', 'vpc/')`: `statementsOf` adds the region and the account. */
export function arns(service: string, ...resources: readonly string[]): readonly string[] {
  return wordsOf(resources).map((resource) => `${service}:${resource}`);
}

function wordsOf(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '));
}

/** A managed policy holds 6144 characters, and a role has at most ten policies. */
const MAX_CHARACTERS = 6_000;

/** One statement per row. */
export function statementsOf(rows: readonly Row[], place: Place): readonly Statement[] {
  return rows.map(({ scope, on = [], actions: allowed }) => {
    const when = conditionOf(scope, allowed[0] ?? '', place);
    const more = when && { when };
    if (on.length === 0)
      return allowImposed<Action>({
        actions: allowed,
        because: Object.fromEntries(allowed.map((action) => [action, 'AWS takes no resource.'])),
        ...more,
      });
    return allow<Action>({
      actions: allowed,
      on: on.map((resource) => resourceOf(scope, resource, place)),
      ...more,
    });
  });
}

/** Splits statements into policies that AWS accepts. */
export function packPolicies(statements: readonly Statement[]): readonly (readonly Statement[])[] {
  const packs: Statement[][] = [];
  for (const statement of statements) {
    const last = packs.at(-1);
    const isRoom = last && JSON.stringify([...last, statement]).length < MAX_CHARACTERS;
    if (isRoom) last.push(statement);
    else packs.push([statement]);
  }
  return packs;
}

function conditionOf(scope: Scope, action: string, place: Place): Condition | undefined {
  const tags = (prefix: string) => ({
    StringEquals: {
      [`${prefix}/project`]: place.project,
      [`${prefix}/environment`]: place.environment,
    },
  });
  if (scope === 'new') return tags('aws:RequestTag');
  if (scope === 'tagged') return tags('aws:ResourceTag');
  // The request names the creating action only while it creates the resource.
  if (scope === 'born') return { Null: { [`${action.split(':')[0]}:CreateAction`]: 'false' } };
  return undefined;
}

function resourceOf(scope: Scope, resource: string, place: Place): Resource {
  const named = resource
    .replace('{stack}', `${place.project}-${place.environment}`)
    .replace('{project}', place.project)
    .replace('{environment}', place.environment);
  const arn = arnOf(named, place);
  return scope === 'named' ? namedFrom(arn) : inAccount(arn);
}

function arnOf(resource: string, { region, accountId }: Place): string {
  const at = resource.indexOf(':');
  const [service, rest] = [resource.slice(0, at), resource.slice(at + 1)];
  if (service === 's3') return `arn:aws:s3:::${rest}`;
  return `arn:aws:${service}:${service === 'iam' ? '' : region}:${accountId}:${rest}`;
}
