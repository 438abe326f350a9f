/**
 * Decides a request as AWS does. An explicit denial wins. Otherwise the policies of the role must allow the request, within
 * its boundary; the policy of the resource may allow it too. An unknown operator or variable is an error. (SUPPLY-5)
 */
export interface Request {
  /** The ARN of the role. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
}

export type Context = Readonly<Record<string, string>>;

export interface Policies {
  readonly identity: readonly Document[];
  readonly boundary?: Document;
  readonly resource?: Document;
}

export interface Document {
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, Texts>>;
  readonly Action?: Texts;
  readonly NotAction?: Texts;
  readonly Resource?: Texts;
  readonly NotResource?: Texts;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
}

type Texts = string | readonly string[];

export type Decision = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied';

/** For these, the policies of a role are not enough: the policy of the resource must allow them too. */
const RESOURCE_POLICY_DECIDES = /^(kms:|sts:AssumeRole)/;

export function decide(policies: Policies, asked: Request): Decision {
  const request = { ...asked, context: { 'aws:PrincipalArn': asked.principal, ...asked.context } };
  const { identity, boundary, resource } = policies;
  const all = [...identity, ...(boundary ? [boundary] : []), ...(resource ? [resource] : [])];
  if (all.some((document) => says('Deny', document, request))) return 'ExplicitlyDenied';
  const byResource = resource ? grantOf(resource, request) : 'nothing';
  // A resource policy for any principal allows the session itself, which the boundary of the role does not limit.
  if (byResource === 'anybody') return 'Allowed';
  if (boundary && !says('Allow', boundary, request)) return 'ImplicitlyDenied';
  if (byResource === 'role') return 'Allowed';
  const byIdentity = identity.some((document) => says('Allow', document, request));
  const isEnough = byResource === 'account' || !RESOURCE_POLICY_DECIDES.test(request.action);
  return byIdentity && isEnough ? 'Allowed' : 'ImplicitlyDenied';
}

type Effect = Statement['Effect'];
type Asked = Required<Request>;

const GIVEN = ['anybody', 'role', 'account', 'nothing'] as const;
type Given = (typeof GIVEN)[number];

/** The principal that the resource policy allows: for `account`, the policies of the role decide. */
function grantOf(resource: Document, request: Asked): Given {
  const allowing = resource.Statement.filter((statement) => applies('Allow', statement, request));
  const named = allowing.map(({ Principal }) => principalIn(Principal, request.principal));
  return GIVEN.find((given) => named.includes(given)) ?? 'nothing';
}

function principalIn(principal: Statement['Principal'], role: string): Given {
  if (principal === '*') return 'anybody';
  const given = list(principal?.['AWS']);
  if (given.includes('*')) return 'anybody';
  if (given.includes(role)) return 'role';
  const account = role.split(':')[4] ?? '';
  return given.includes(account) || given.includes(`arn:aws:iam::${account}:root`)
    ? 'account'
    : 'nothing';
}

function says(effect: Effect, { Statement }: Document, request: Asked): boolean {
  return Statement.some(
    (statement) =>
      applies(effect, statement, request) &&
      (statement.Principal === undefined ||
        principalIn(statement.Principal, request.principal) !== 'nothing'),
  );
}

function applies(effect: Effect, statement: Statement, request: Asked): boolean {
  const { Effect, Action, NotAction, Resource, NotResource, Condition = {} } = statement;
  if (Effect !== effect) return false;
  const action = request.action.toLowerCase();
  const isAction = (pattern: string) => matches(pattern.toLowerCase(), action);
  const isResource = (pattern: string) => matchesArn(pattern, request.resource);
  if (Action !== undefined ? !list(Action).some(isAction) : list(NotAction).some(isAction))
    return false;
  if (Resource !== undefined && !list(Resource).some(isResource)) return false;
  if (NotResource !== undefined && list(NotResource).some(isResource)) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      holds(operator, valueOf(key, request.context), list(values)),
    ),
  );
}

type Test = (actual: string, wanted: string) => boolean;

const operators: Readonly<Record<string, Test>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringLike: (actual, wanted) => matches(wanted, actual),
  ArnEquals: (actual, wanted) => matchesArn(wanted, actual),
  ArnLike: (actual, wanted) => matchesArn(wanted, actual),
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericLessThan: (actual, wanted) => Number(actual) < Number(wanted),
};

function holds(operator: string, actual: string | undefined, wanted: readonly string[]): boolean {
  if (operator === 'Null') return wanted.includes(String(actual === undefined));
  const isOptional = operator.endsWith('IfExists');
  const plain = isOptional ? operator.slice(0, -'IfExists'.length) : operator;
  const isNegated = /^(String|Arn)Not/.test(plain);
  const test = operators[isNegated ? plain.replace('Not', '') : plain];
  if (test === undefined) throw new Error(`The evaluator does not know the operator ${operator}.`);
  if (actual === undefined) return isOptional || isNegated;
  return wanted.some((value) => test(actual, value)) !== isNegated;
}

function valueOf(key: string, context: Context): string | undefined {
  const found = Object.keys(context).find((name) => name.toLowerCase() === key.toLowerCase());
  return found === undefined ? undefined : context[found];
}

/** A pattern does not match across a colon, except in the last of the six parts. */
function matchesArn(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const [wanted, actual] = [partsOf(pattern), partsOf(arn)];
  return (
    wanted.length === actual.length &&
    wanted.every((part, index) => matches(part, actual[index] ?? ''))
  );
}

function partsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

const patterns = new Map<string, RegExp>();

function matches(pattern: string, value: string): boolean {
  if (pattern.includes('${'))
    throw new Error(`The evaluator does not know what ${pattern} stands for.`);
  let expression = patterns.get(pattern);
  if (expression === undefined) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    expression = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
    patterns.set(pattern, expression);
  }
  return expression.test(value);
}

function list(texts: Texts | undefined): readonly string[] {
  return texts === undefined ? [] : typeof texts === 'string' ? [texts] : texts;
}
