/**
 * A lazy table is a file whose one exported object literal loads files in its members, by literal dynamic imports.
 * A program reaches a member that its arguments select, or that code it reaches names as `table.member`. Any use of the
 * table whose member the text does not name is an error: an import as a whole, a computed key, a spread, an argument.
 */
export interface LazyTable {
  readonly path: string;
  /** The members that the arguments of the program select. Code may then look the table up by a computed key. */
  readonly selects?: (member: string) => boolean;
}

interface Member {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** A reached file: its code without types, and its imports with the files that they load. */
interface LoadedFile {
  readonly code: string;
  readonly imports: readonly LoadedImport[];
}

export interface LoadedImport {
  readonly statement: string;
  readonly isDynamic: boolean;
  readonly start: number;
  readonly end: number;
  readonly target: string | undefined;
}

/** Comments, then the name of a property or a method. */
const MEMBER = /^(?:\s|\/\/[^\n]*\n|\/\*[^]*?\*\/)*(?:async\s+)?(?:(\w+)|'([^'\\]+)')\s*[:(]/;
const TABLE = /\bexport\s+const\s+(\w+)\s*=\s*\{/g;

export function membersOf(path: string, code: string): { export: string; members: Member[] } {
  const text = withoutText(code);
  const [found, ...more] = text.matchAll(TABLE);
  if (found === undefined || more.length > 0)
    throw new Error(`${path} must export one object literal to be a lazy table.`);
  const name = found[1] ?? '';
  const start = found.index + found[0].length;
  const end = endOf(text, start, /[}]/);
  if (end < 0) throw new Error(`${path} has brackets that do not match.`);
  const members: Member[] = [];
  for (let from = start; from < end;) {
    const to = Math.min(endOf(text, from, /[,}]/), end);
    const [, word, quoted] = MEMBER.exec(code.slice(from, to)) ?? [];
    const member = word ?? quoted;
    if (member !== undefined) members.push({ name: member, start: from, end: to });
    else if (text.slice(from, to).trim() !== '')
      throw new Error(`${path} has a member whose name or file is not in its text.`);
    from = to + 1;
  }
  if (new RegExp(`\\b${name}\\b`).test(text.slice(start)))
    throw new Error(`${path} uses its own table: give each member its own import.`);
  return { export: name, members };
}

/** The members of a table that reached files name. */
export function membersNamed(
  { path, selects }: LazyTable,
  exported: string,
  files: ReadonlyMap<string, LoadedFile>,
): ReadonlySet<string> {
  const named = new Set<string>();
  const holders = new Map([[path, new Set([exported])]]);
  // A file that exports the table again is a holder too: repeat until no file is new.
  for (let before = -1; before !== sizeOf(holders);) {
    before = sizeOf(holders);
    for (const [file, loaded] of files) {
      if (file === path) continue;
      const use = usesIn(loaded, holders);
      for (const member of use.members) named.add(member);
      if (use.exports.size > 0) holders.set(file, use.exports);
      if (use.unclear !== undefined && selects === undefined)
        throw new Error(`${file} uses ${use.unclear} of ${path} as a whole: name a member.`);
    }
  }
  return named;
}

function sizeOf(holders: ReadonlyMap<string, ReadonlySet<string>>): number {
  return [...holders.values()].reduce((sum, { size }) => sum + size, 0);
}

interface Uses {
  readonly members: Set<string>;
  /** Names under which the file exports the table again. */
  readonly exports: Set<string>;
  /** A use whose member the text does not name. */
  unclear?: string;
}

function usesIn(
  { code, imports }: LoadedFile,
  holders: ReadonlyMap<string, ReadonlySet<string>>,
): Uses {
  const uses: Uses = { members: new Set(), exports: new Set() };
  const bindings: string[] = [];
  let text = withoutText(code);
  for (const { statement, isDynamic, start, end, target } of imports) {
    const held = holders.get(target ?? '');
    if (held === undefined) continue;
    const names = isDynamic
      ? namesTaken(text, start, end)
      : listed(/\{([^{}]*)\}/.exec(statement)?.[1]);
    if (names === undefined) {
      if (/^export\s*\*\s*from/.test(statement)) for (const name of held) uses.exports.add(name);
      else if (!/^import\s*['"]/.test(statement)) uses.unclear = statement;
      continue;
    }
    for (const { name, as, member } of names.filter((one) => held.has(one.name))) {
      if (member !== undefined) uses.members.add(member);
      else if (statement.startsWith('export')) uses.exports.add(as);
      else if (as === '') uses.unclear = name;
      else bindings.push(as);
    }
    text = blank(text, isDynamic ? (TAKEN.exec(text.slice(0, start))?.index ?? start) : start, end);
  }
  // The list grows by each name that is assigned the table.
  for (const binding of bindings) followBinding(text, binding, bindings, uses);
  return uses;
}

/** Ends an initializer in code without semicolons. */
const STATEMENT = /\b(?:const|let|var|export|import|return|throw|function|class|if|for|while)\b/;
const ASSIGNED = /(\bexport\s+)?\bconst\s+(\w+)\s*=(?!=)/g;

function followBinding(text: string, binding: string, bindings: string[], uses: Uses): void {
  const aliases = [...text.matchAll(ASSIGNED)].map(({ 0: head, 1: isExported, 2: name, index }) => {
    const start = index + head.length;
    return { name: name ?? '', isExported, start };
  });
  for (const { index } of text.matchAll(new RegExp(`(?<!(?<!\\.)\\.|[\\w$])${binding}\\b`, 'g'))) {
    const [before, after] = [text.slice(0, index), text.slice(index + binding.length)];
    const member = /^\s*\??\.\s*(\w+)/.exec(after)?.[1];
    const taken = /\bconst\s*\{([^{}]*)\}\s*=\s*$/.exec(before)?.[1];
    const exported = /\bexport\s*\{[^{}]*$/.test(before);
    const alias = aliases.findLast(
      ({ start }) =>
        start <= index &&
        endOf(text, start, /[;,]/, index) === index &&
        !STATEMENT.test(text.slice(start, index)),
    );
    if (member !== undefined) uses.members.add(member);
    else if (taken !== undefined && /^\s*;/.test(after) && !taken.includes('...'))
      for (const { name } of listed(taken) ?? []) uses.members.add(name);
    else if (exported) uses.exports.add(/^\s+as\s+(\w+)/.exec(after)?.[1] ?? binding);
    else if (alias !== undefined) {
      if (!bindings.includes(alias.name)) bindings.push(alias.name);
      if (alias.isExported) uses.exports.add(alias.name);
    } else if (!isDeclarationKeyOrComparison(before, after)) uses.unclear = binding;
  }
}

function isDeclarationKeyOrComparison(before: string, after: string): boolean {
  return (
    /\b(const|let)\s+$/.test(before) ||
    (/[{,]\s*$/.test(before) && /^\s*:/.test(after)) ||
    /^\s*[!=]==/.test(after)
  );
}

const TAKEN = /\{([^{}]*)\}\s*=\s*await\s*$/;

/** `const { aws } = await import(...)`, or `(await import(...)).aws.member`. */
function namesTaken(text: string, start: number, end: number) {
  const taken = TAKEN.exec(text.slice(0, start))?.[1];
  if (taken !== undefined) return taken.includes('...') ? undefined : listed(taken);
  const [, name, member] = /^\s*\)\s*\.\s*(\w+)(?:\s*\??\.\s*(\w+))?/.exec(text.slice(end)) ?? [];
  return name === undefined ? undefined : [{ name, as: '', member }];
}

function listed(names: string | undefined) {
  return names
    ?.split(',')
    .map((name) => name.trim().split(/\s+as\s+|\s*:\s*/))
    .map(([name = '', as = name]) => ({ name, as, member: undefined }));
}

const TEXT =
  /\/\*[^]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[^])*`|(?<=[=(,:[!&|?{};\n]\s*)\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//g;

/** The code with blanks for comments, strings and regular expressions. Templates stay: they hold code. */
function withoutText(code: string): string {
  return code.replace(TEXT, (text) => (text.startsWith('`') ? text : ' '.repeat(text.length)));
}

function blank(text: string, start: number, end: number): string {
  return text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);
}

/** The index of the first match outside of brackets, or `limit` if that is outside of brackets. */
function endOf(text: string, from: number, stop: RegExp, limit = text.length): number {
  let depth = 0;
  for (let index = from; index < limit; index++) {
    const sign = text[index] ?? '';
    if (depth === 0 && stop.test(sign)) return index;
    if (/[([{]/.test(sign)) depth++;
    else if (/[)\]}]/.test(sign)) depth--;
  }
  return depth === 0 ? limit : -1;
}
