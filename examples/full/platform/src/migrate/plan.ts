import type { Migration } from './files.ts';

type Identity = Omit<Migration, 'text'>;

/**
 * What is still to apply. History is fixed: a file that ran is neither edited nor gone, and nothing
 * slips in before it. Rows of modules that were removed are left alone; their data is kept.
 */
export function pending(
  migrations: readonly Migration[],
  applied: readonly Identity[],
  order: readonly string[],
): readonly Migration[] {
  for (const row of applied) {
    if (order.includes(row.module)) requireUnchanged(row, migrations);
  }
  const todo = migrations.filter((file) => !applied.some((row) => isSame(file, row)));
  for (const file of todo) requireLast(file, applied);
  return todo;
}

function requireUnchanged(row: Identity, migrations: readonly Migration[]): void {
  const file = migrations.find((candidate) => isSame(candidate, row));
  if (file === undefined) {
    throw new Error(
      `${row.module}/${row.name} was applied here but is gone: restore it from version control.`,
    );
  }
  if (file.sha256 !== row.sha256) {
    throw new Error(
      `${file.module}/${file.name} was edited after it was applied: restore it, ` +
        'and put the change into a new migration.',
    );
  }
}

function requireLast(file: Migration, applied: readonly Identity[]): void {
  const later = applied.find((row) => row.module === file.module && row.number > file.number);
  if (later === undefined) return;
  throw new Error(
    `${file.module}/${file.name} would apply after ${later.name}, which already ran: ` +
      'give it the next free number.',
  );
}

function isSame(file: Identity, row: Identity): boolean {
  return file.module === row.module && file.number === row.number;
}
