import { parseArgs } from 'node:util';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Policies } from '../authorization/decide.ts';
import type { Database } from '../database/database.ts';
import type { Result } from '../result.ts';
import type { RoleRefusal } from '../authorization/roles.ts';
import { err, ok } from '../result.ts';
import { grantRole, revokeRole, rolesOf } from '../authorization/roles.ts';
import { LINE, strictObject } from '../http/schemas.ts';
import type { Service } from '../service/service.ts';
import type { Operation } from './operation.ts';
import { runOperation } from './operation.ts';

const Name = Type.String({ minLength: 1, maxLength: 200, pattern: LINE });
const holder = { subject: Name, tenant: Name };
const change = { ...holder, role: Name, ticket: Name, actor: Name };

export const RoleCommand = Type.Union([
  strictObject({ verb: Type.Literal('grant'), ...change }),
  strictObject({ verb: Type.Literal('revoke'), ...change }),
  strictObject({ verb: Type.Literal('list'), ...holder }),
]);
export type RoleCommand = Static<typeof RoleCommand>;

const USAGE = `npm run roles -- grant <subject> <role> --tenant <tenant> --ticket CHG-123
npm run roles -- revoke <subject> <role> --tenant <tenant> --ticket CHG-123
npm run roles -- list <subject> --tenant <tenant>`;

const REFUSALS: Readonly<Record<RoleRefusal, string>> = {
  'unknown-role': 'No policy schema declares that role.',
  'malformed-ticket': 'The ticket must look like CHG-123.',
  'already-held': 'The role is held already.',
  'not-held': 'The role is not held.',
};

export function parseCommand(argv: readonly string[], actor: string): Result<RoleCommand, string> {
  const options = { tenant: { type: 'string' }, ticket: { type: 'string' } } as const;
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [verb, subject, role, ...rest] = positionals;
    const command = { verb, subject, ...(verb !== 'list' && { role, actor }), ...values };
    return rest.length === 0 && Value.Check(RoleCommand, command) ? ok(command) : err(USAGE);
  } catch {
    return err(USAGE);
  }
}

// The only way to a role: no request can grant one, and no user has one at the start. (AUTHZ-4)
export async function performRoleCommand(
  database: Database,
  policies: Policies,
  command: RoleCommand,
): Promise<Result<string, string>> {
  return database.operatorTransaction(
    `${command.verb} a role from the command line`,
    async (tx) => {
      if (command.verb === 'list') return ok((await rolesOf(tx, command)).join('\n') || 'none');
      const done =
        command.verb === 'grant'
          ? await grantRole(tx, command, policies.roles)
          : await revokeRole(tx, command);
      const { subject, role, tenant } = command;
      return done.ok
        ? ok(`${command.verb}: ${subject}, ${role}, tenant ${tenant}`)
        : err(REFUSALS[done.error]);
    },
  );
}

const operation: Operation<RoleCommand> = {
  name: 'roles',
  parse: parseCommand,
  perform: ({ database, policies }, command) => performRoleCommand(database, policies, command),
};

export function runCommand(
  service: Service,
  argv: readonly string[],
): Promise<Result<string, string>> {
  return runOperation(service, operation, argv);
}
