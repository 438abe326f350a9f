import { EXIT, UserError } from '../errors.ts';
import { identifierOf } from '../seams/identifier.ts';
import type { Entry } from './project.ts';

interface Migration {
  readonly path: string;
  readonly module: string;
  readonly content: string;
}

const CREATED_TABLE = /^create table (\w+)/gm;

/**
 * Refuses what two modules would both call by one name though their ids and paths differ: an identifier (`a-1` and `a1`
 * are both `a1`), or a table of the database that they share.
 *
 * @throws UserError `E_NAME_TAKEN`
 */
export function refuseCollisions(entries: readonly Entry[], files: readonly Migration[]): void {
  for (const register of ['api', 'infra'] as const) {
    const registered = entries.filter(({ generator }) => generator.registers[register]);
    refuseTwice(
      registered.map((entry) => [identifierOf(entry, register), entry.instance.module]),
      'be imported under one name',
    );
  }
  const migrations = files.filter(({ path }) => path.startsWith('migrations/'));
  refuseTwice(migrations.flatMap(tablesOf), 'create one table');
}

function tablesOf({ content, module }: Migration): (readonly [string, string])[] {
  return [...content.matchAll(CREATED_TABLE)].map(([, table = '']) => [table, module]);
}

function refuseTwice(claims: readonly (readonly [name: string, module: string])[], what: string) {
  const claimed = new Map<string, string>();
  for (const [name, module] of claims) {
    const other = claimed.get(name);
    if (other !== undefined) throw taken(module, other, what);
    claimed.set(name, module);
  }
}

function taken(module: string, other: string, what: string): UserError {
  return new UserError(
    'E_NAME_TAKEN',
    EXIT.usage,
    `${module} and ${other} would both ${what}.`,
    'Choose another name.',
  );
}
