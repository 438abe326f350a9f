import type { Condition, Resource, Statement } from '../iam.ts';
import { allow, allowImposed, inAccount, namedFrom } from '../iam.ts';
import type { Place } from '../names.ts';
import type { DeployAction, Row, Scope } from './deploy-actions.ts';

/** A managed policy holds 6144 characters, and a role ten of those. */
const MOST_CHARACTERS = 6_000;

/** One statement for each service, scope and set of things. */
export function statementsOf(rows: readonly Row[], place: Place): readonly Statement[] {
  return rows.map(({ scope, on = [], actions }) => {
    const known = actions as readonly DeployAction[];
    const when = conditionOf(scope, known[0] ?? '', place);
    const more = when && { when };
    if (on.length === 0)
      return allowImposed<DeployAction>({
        actions: known,
        because: Object.fromEntries(known.map((action) => [action, 'AWS takes no thing.'])),
        ...more,
      });
    return allow<DeployAction>({
      actions: known,
      on: on.map((thing) => thingOf(scope, thing, place)),
      ...more,
    });
  });
}

/** In as many policies as AWS makes necessary. */
export function packed(statements: readonly Statement[]): readonly (readonly Statement[])[] {
  const packs: Statement[][] = [];
  for (const statement of statements) {
    const last = packs.at(-1);
    const isRoom = last && JSON.stringify([...last, statement]).length < MOST_CHARACTERS;
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
  // Only while something is created does a request for tags say what creates it.
  if (scope === 'born') return { Null: { [`${action.split(':')[0]}:CreateAction`]: 'false' } };
  return undefined;
}

function thingOf(scope: Scope, thing: string, place: Place): Resource {
  const named = thing
    .replace('{project}', place.project)
    .replace('{environment}', place.environment);
  const arn = arnOf(named, place);
  return scope === 'named' ? namedFrom(arn) : inAccount(arn);
}

const GLOBAL = ['iam', 'verifiedpermissions'];

function arnOf(thing: string, { region, accountId }: Place): string {
  const at = thing.indexOf(':');
  const [service, rest] = [thing.slice(0, at), thing.slice(at + 1)];
  if (service === 's3') return `arn:aws:s3:::${rest}`;
  return `arn:aws:${service}:${GLOBAL.includes(service) ? '' : region}:${accountId}:${rest}`;
}
