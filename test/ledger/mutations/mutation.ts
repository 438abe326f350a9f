/** A guard of the emitted service, what it looks like taken out, and the test that has to notice. */
export interface Mutation {
  /** The control that claims the guard; `unclaimed` where the emitted table has no row for it yet. */
  readonly control: `${string}-${number}` | 'unclaimed';
  readonly file: string;
  /** Matches once in the file; an expression where the text next to the guard changes with releases. */
  readonly find: string | RegExp;
  readonly replace: string;
  readonly testFile: string;
  readonly test: string;
}

/** The same without the mutated file, which the rows of a group share. */
type Row = readonly [
  control: Mutation['control'],
  find: Mutation['find'],
  replace: string,
  testFile: string,
  test: string,
];

export function mutationsOf(file: string, rows: readonly Row[]): readonly Mutation[] {
  return rows.map(([control, find, replace, testFile, test]) => ({
    control,
    file,
    find,
    replace,
    testFile,
    test,
  }));
}

/** The file without the guard. What no longer matches is an entry of the table to look at again. */
export function mutated(text: string, { file, find, replace }: Mutation): string {
  const matches =
    typeof find === 'string'
      ? text.split(find).length - 1
      : [...text.matchAll(new RegExp(find, `${find.flags}g`))].length;
  if (matches !== 1)
    throw new Error(`${file}: ${String(find)} matches ${matches} times, not once.`);
  return typeof find === 'string' ? text.replace(find, () => replace) : text.replace(find, replace);
}

export function titleOf({ control, file, find, replace }: Mutation): string {
  const guard = onOneLine(typeof find === 'string' ? find : find.source);
  return `${control} ${file}: ${guard} becomes ${onOneLine(replace) || 'nothing'}`;
}

function onOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}
