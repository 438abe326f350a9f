import * as pulumi from '@pulumi/pulumi';

export interface Condition {
  readonly [operator: string]: Readonly<
    Record<string, pulumi.Input<string> | readonly pulumi.Input<string>[]>
  >;
}

/** Rejects at compile time a pattern, and a string that could be one. */
export type Exact<Name extends string> = string extends Name
  ? never
  : Name extends `${string}${'*' | '?'}${string}`
    ? never
    : Name;

declare const isResource: unique symbol;

/** The resource of a statement. Only the functions below create one, and none of them creates `*` for a whole service. */
export interface Resource {
  readonly [isResource]: true;
  readonly address: pulumi.Input<string>;
}

/** The compiler checks literals, `withoutPattern` checks computed strings, and the tests check outputs in the graph. */
type Precise<Address> = Address extends `${string}${'*' | '?'}${string}` ? never : Address;

export function exactly<const Address extends pulumi.Input<string>>(
  address: Precise<Address>,
): Resource {
  return resource(withoutPattern(address));
}

/** All objects of a bucket. */
export function objectsOf<const Address extends pulumi.Input<string>>(
  bucket: Precise<Address>,
): Resource {
  return resource(pulumi.interpolate`${withoutPattern(bucket as pulumi.Input<string>)}/*`);
}

/** The streams of a log. AWS checks the right on a stream before the stream exists: its name is empty then. */
export function streamsOf<const Address extends pulumi.Input<string>>(
  log: Precise<Address>,
): Resource {
  return resource(pulumi.interpolate`${withoutPattern(log as pulumi.Input<string>)}:log-stream:*`);
}

/** For the policy of a resource about itself: a key's policy cannot name the key, which has no ARN yet. */
export const itself: Resource = resource('*');

const FIXED_BEFORE_PATTERN =
  /^arn:aws:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12})?:([a-z-]+[/:])?[a-z0-9./!-]{3,}$/;

const ONLY_A_TYPE = /^([^:]*:){5}[a-z-]+[/:]$/;

/** Names with a fixed prefix, for roles that create resources. The prefix has to name the project. */
export function namedFrom(prefix: string): Resource {
  if (!FIXED_BEFORE_PATTERN.test(prefix) || ONLY_A_TYPE.test(prefix))
    throw new Error(`${prefix} does not say whose it is: name the project.`);
  return resource(`${prefix}*`);
}

const TYPE_IN_ACCOUNT = /^arn:aws:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:([a-z-]+[/:])+$/;

/** Every resource of one type in one account: for a boundary, or with a condition that says which of them. */
export function inAccount(prefix: string): Resource {
  if (!TYPE_IN_ACCOUNT.test(prefix)) throw new Error(`${prefix} is more than one type of thing.`);
  return resource(`${prefix}*`);
}

type Principal =
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
  /** Absent in a trust policy, which is about its own role. */
  readonly on?: readonly Resource[];
  readonly when?: Condition;
}

export function allow<const Action extends string>(allowed: Allowed<Action>): Statement {
  const actions = allowed.actions.map((action) => withoutPattern<string>(action));
  if (actions.length === 0) throw new Error('A statement needs an action.');
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

/** For actions that AWS takes no resource for. Each needs a reason. */
export function allowImposed<const Action extends string>(given: ImposedOn<Action>): Statement {
  const { because, ...rest } = given;
  const reasons: Readonly<Record<string, unknown>> = because;
  for (const action of given.actions as readonly string[])
    if (!Object.hasOwn(reasons, action)) throw new Error(`AWS takes a resource for ${action}.`);
  return allow<Action>({ ...rest, on: [itself] });
}

interface Denied {
  readonly sid: string;
  /** A refusal may use patterns: it can only take rights away. */
  readonly actions?: readonly string[];
  readonly allBut?: readonly string[];
  readonly toAll?: boolean;
  readonly on: readonly Resource[];
  readonly when?: Condition;
}

export function deny({ sid, actions, allBut, toAll, on, when }: Denied): Statement {
  if ((actions === undefined) === (allBut === undefined))
    throw new Error(`${sid} denies actions, or all but some.`);
  return {
    Sid: sid,
    Effect: 'Deny',
    ...(toAll && { Principal: '*' }),
    ...(actions && { Action: actions }),
    ...(allBut && { NotAction: allBut }),
    Resource: addresses(on),
    ...(when && { Condition: when }),
  };
}

/** Every policy document comes from here. (SUPPLY-5) */
export function policy(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements });
}

function withoutPattern<Value extends pulumi.Input<string>>(value: Value): Value {
  if (typeof value === 'string' && /[*?]/.test(value))
    throw new Error(`${value} is a pattern: use the exact name.`);
  return value;
}

function resource(address: pulumi.Input<string>): Resource {
  return { address } as Resource;
}

function addresses(resources: readonly Resource[]): pulumi.Input<string>[] {
  if (resources.length === 0) throw new Error('A statement needs a resource.');
  return resources.map(({ address }) => address);
}

function principalOf(principal: Principal): Readonly<Record<string, unknown>> {
  if ('service' in principal) return { Service: withoutPattern(principal.service) };
  if ('federated' in principal) return { Federated: principal.federated };
  for (const one of [principal.aws].flat() as readonly pulumi.Input<string>[]) withoutPattern(one);
  return { AWS: principal.aws };
}
