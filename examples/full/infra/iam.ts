import * as pulumi from '@pulumi/pulumi';

/** What a grant is on. The program knows the address of each, so that no policy spells one. */
export type Target =
  | { readonly kind: 'key'; readonly purpose: string }
  | { readonly kind: 'secret'; readonly name: string }
  | { readonly kind: 'bucket'; readonly bucket: string }
  /** Its address is the bucket's, as that of a log is its group's: `grantStatements` adds what lies in them. */
  | { readonly kind: 'objects'; readonly bucket: string }
  /** What a secret or a bucket is encrypted with, reached through that service and no other way. */
  | { readonly kind: 'key-of-secret'; readonly name: string }
  | { readonly kind: 'key-of-bucket'; readonly bucket: string }
  | { readonly kind: 'login'; readonly segment: string; readonly login: string }
  | { readonly kind: 'mail'; readonly from: string }
  | { readonly kind: 'repository'; readonly service: string }
  | { readonly kind: 'log'; readonly program: string }
  /** AWS takes nothing narrower than everything: only for the actions of `imposed`. */
  | { readonly kind: 'imposed' };

/** A purpose of signing keys has as many addresses as it has generations. */
export type AddressOf = (target: Target) => pulumi.Input<string> | readonly pulumi.Input<string>[];

export interface Condition {
  readonly [operator: string]: Readonly<
    Record<string, pulumi.Input<string> | readonly pulumi.Input<string>[]>
  >;
}

/**
 * Everything that a program of ours may be granted. An action that is not here does not compile, so that none is misspelt,
 * none is a pattern, and a new one is a line that somebody reviews. (SUPPLY-5)
 */
export const grantable = [
  'kms:Sign',
  'kms:GetPublicKey',
  'kms:GenerateDataKey',
  'kms:Decrypt',
  'secretsmanager:GetSecretValue',
  's3:GetObject',
  's3:PutObject',
  's3:PutObjectRetention',
  's3:ListBucket',
  'rds-db:connect',
  'ses:SendEmail',
  'verifiedpermissions:IsAuthorized',
  'ecr:GetAuthorizationToken',
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
] as const;

export type GrantAction = (typeof grantable)[number];

/** Actions for which AWS takes no resource. Why it can be borne stands beside each. */
export const imposed: Readonly<Partial<Record<GrantAction, string>>> = {
  'ecr:GetAuthorizationToken':
    'A token opens nothing by itself: what may be pulled with it is decided by the repository.',
};

/** One line of what a role may do. `grants.ts` and the modules' contributions hold all there are. */
export interface Grant {
  /** A program, or `<program>:start` for what starts it. */
  readonly role: string;
  readonly actions: readonly GrantAction[];
  readonly target: Target;
  readonly condition?: Condition;
  readonly why: string;
  /** The file whose call needs it, from the root of the checkout; `ecs` for what the container agent does itself. */
  readonly usedBy: string;
  /** For a program that a project may do without: then nobody is granted anything. */
  readonly ifThere?: true;
}

/** Refuses a pattern, and a string of which the compiler does not know that it is none. */
export type Exact<Name extends string> = string extends Name
  ? never
  : Name extends `${string}${'*' | '?'}${string}`
    ? never
    : Name;

declare const isResource: unique symbol;

/** What a statement is about. Only the functions below make one, and none of them makes everything of anything. */
export interface Resource {
  readonly [isResource]: true;
  readonly address: pulumi.Input<string>;
}

/** A string that is computed passes the compiler and is judged at run time; an output, where the graph is judged. */
type Precise<Address> = Address extends `${string}${'*' | '?'}${string}` ? never : Address;

export function exactly<const Address extends pulumi.Input<string>>(
  address: Precise<Address>,
): Resource {
  return resource(withoutPattern(address));
}

/** What lies in a bucket, whatever its name. */
export function objectsOf<const Address extends pulumi.Input<string>>(
  bucket: Precise<Address>,
): Resource {
  return resource(pulumi.interpolate`${withoutPattern(bucket as pulumi.Input<string>)}/*`);
}

/** The streams of a log. AWS asks about a stream even before it is there: its name is empty then. */
export function streamsOf<const Address extends pulumi.Input<string>>(
  log: Precise<Address>,
): Resource {
  return resource(pulumi.interpolate`${withoutPattern(log as pulumi.Input<string>)}:log-stream:*`);
}

/** The policy of a thing that is its own only subject: a key's policy cannot name the key, as that has no name yet. */
export const itself: Resource = resource('*');

const FIXED_BEFORE_PATTERN =
  /^arn:aws:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12})?:([a-z-]+[/:])?[a-z0-9./!-]{3,}$/;

const ONLY_A_TYPE = /^([^:]*:){5}[a-z-]+[/:]$/;

/** Names that begin with ours, for the roles that create things. The part that is fixed says whose they are. */
export function namedFrom(prefix: string): Resource {
  if (!FIXED_BEFORE_PATTERN.test(prefix) || ONLY_A_TYPE.test(prefix))
    throw new Error(`${prefix} does not say whose it is.`);
  return resource(`${prefix}*`);
}

const TYPE_IN_ACCOUNT = /^arn:aws:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:([a-z-]+[/:])+$/;

/** Every thing of one type in one account, for a boundary, or beside a condition that says which of them. */
export function inAccount(prefix: string): Resource {
  if (!TYPE_IN_ACCOUNT.test(prefix)) throw new Error(`${prefix} is more than one type of thing.`);
  return resource(`${prefix}*`);
}

export type Principal =
  | { readonly service: string }
  | { readonly aws: pulumi.Input<string> | readonly pulumi.Input<string>[] }
  | { readonly federated: pulumi.Input<string> };

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, unknown>>;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly pulumi.Input<string>[];
  readonly Condition?: Condition;
}

interface Allowed<Action extends string> {
  readonly sid?: string;
  readonly to?: Principal;
  readonly actions: readonly Exact<Action>[];
  /** Absent in a trust policy, which is about the role it belongs to. */
  readonly on?: readonly Resource[];
  readonly when?: Condition;
}

export function allow<const Action extends string>(allowed: Allowed<Action>): Statement {
  const actions = allowed.actions.map((action) => withoutPattern<string>(action));
  if (actions.length === 0) throw new Error('A statement without an action allows nothing.');
  return {
    ...(allowed.sid && { Sid: allowed.sid }),
    Effect: 'Allow',
    ...(allowed.to && { Principal: principalOf(allowed.to) }),
    Action: actions,
    ...(allowed.on && { Resource: addresses(allowed.on) }),
    ...(allowed.when && { Condition: allowed.when }),
  };
}

interface ImposedOn<Action extends string> {
  readonly sid?: string;
  readonly actions: readonly Exact<Action>[];
  readonly because: Readonly<Partial<Record<Action, string>>>;
  readonly when?: Condition;
}

/** For actions that AWS knows no resource for. Each has to have its reason. */
export function allowImposed<const Action extends string>(given: ImposedOn<Action>): Statement {
  const { because, ...rest } = given;
  const reasons: Readonly<Record<string, unknown>> = because;
  for (const action of given.actions as readonly string[])
    if (!Object.hasOwn(reasons, action)) throw new Error(`AWS takes a resource for ${action}.`);
  return allow<Action>({ ...rest, on: [itself] });
}

interface Denied {
  readonly sid: string;
  /** A refusal may be as wide as it likes: it only ever takes away. */
  readonly actions?: readonly string[];
  readonly allBut?: readonly string[];
  readonly toAnybody?: boolean;
  readonly on: readonly Resource[];
  readonly when?: Condition;
}

export function deny({ sid, actions, allBut, toAnybody, on, when }: Denied): Statement {
  if ((actions === undefined) === (allBut === undefined))
    throw new Error(`${sid} denies actions, or all but some.`);
  return {
    Sid: sid,
    Effect: 'Deny',
    ...(toAnybody && { Principal: '*' }),
    ...(actions && { Action: actions }),
    ...(allBut && { NotAction: allBut }),
    Resource: addresses(on),
    ...(when && { Condition: when }),
  };
}

/** The only place where a policy comes from. (SUPPLY-5) */
export function policy(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements });
}

/** What one grant allows: a statement a grant, so that no condition meant for one action binds another. */
export function grantStatements(grants: readonly Grant[], addressOf: AddressOf): Statement[] {
  return grants.map(({ actions, target, condition }) => {
    const when = condition && { when: condition };
    if (target.kind === 'imposed')
      return allowImposed<GrantAction>({ actions, because: imposed, ...when });
    const named = [addressOf(target)].flat() as readonly pulumi.Input<string>[];
    const on = named.map((address) => resourceIn(target, address));
    return allow<GrantAction>({ actions, on, ...when });
  });
}

function resourceIn({ kind }: Target, address: pulumi.Input<string>): Resource {
  if (kind === 'objects') return objectsOf(address);
  return kind === 'log' ? streamsOf(address) : exactly(address);
}

function withoutPattern<Value extends pulumi.Input<string>>(value: Value): Value {
  if (typeof value === 'string' && /[*?]/.test(value))
    throw new Error(`${value} is a pattern: name what is meant.`);
  return value;
}

function resource(address: pulumi.Input<string>): Resource {
  return { address } as Resource;
}

function addresses(resources: readonly Resource[]): pulumi.Input<string>[] {
  if (resources.length === 0) throw new Error('A statement that is about nothing says nothing.');
  return resources.map(({ address }) => address);
}

function principalOf(principal: Principal): Readonly<Record<string, unknown>> {
  if ('service' in principal) return { Service: withoutPattern(principal.service) };
  if ('federated' in principal) return { Federated: principal.federated };
  for (const one of [principal.aws].flat() as readonly pulumi.Input<string>[]) withoutPattern(one);
  return { AWS: principal.aws };
}
