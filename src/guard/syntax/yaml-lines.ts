/** A line of YAML that says something, and where it begins. */
export interface Line {
  readonly text: string;
  /** Of its first letter. */
  readonly offset: number;
  readonly indent: number;
}

/** `key: value` with all that is indented below it. */
export interface Entry {
  readonly key: string;
  readonly value: string;
  readonly offset: number;
  readonly inner: readonly Line[];
}

/** Lines that are neither empty nor a comment. */
export function linesOf(content: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const whole of content.split('\n')) {
    const text = whole.trim();
    const indent = whole.length - whole.trimStart().length;
    if (text !== '' && !text.startsWith('#')) lines.push({ text, indent, offset: start + indent });
    start += whole.length + 1;
  }
  return lines;
}

const KEY = /^["']?(?<key>[\w./-]{1,100})["']?:(?:[ \t]+(?![ \t])(?<value>.*))?$/;

/** The keys of one mapping: those at the column of its first line. */
export function entriesIn(lines: readonly Line[]): Entry[] {
  const entries: { key: string; value: string; offset: number; inner: Line[] }[] = [];
  for (const line of lines) {
    const { key, value = '' } = line.indent === lines[0]?.indent ? keyOf(line) : {};
    if (key === undefined) entries.at(-1)?.inner.push(line);
    else entries.push({ key, value: plainValue(value), offset: line.offset, inner: [] });
  }
  return entries;
}

export function entryIn(lines: readonly Line[], key: string): Entry | undefined {
  return entriesIn(lines).find((entry) => entry.key === key);
}

/** The items of one list, each without its dash. */
export function itemsIn(lines: readonly Line[]): Line[][] {
  const items: Line[][] = [];
  for (const line of lines) {
    const dash = line.indent === lines[0]?.indent ? /^-[ \t]+/.exec(line.text)?.[0] : undefined;
    if (dash === undefined) items.at(-1)?.push(line);
    else items.push([after(line, dash.length)]);
  }
  return items;
}

function keyOf(line: Line): { key?: string; value?: string } {
  return line.text.startsWith('-') ? {} : (KEY.exec(line.text)?.groups ?? {});
}

function after({ text, offset, indent }: Line, length: number): Line {
  return { text: text.slice(length), offset: offset + length, indent: indent + length };
}

/** Without quotes around it and a comment behind it. */
function plainValue(value: string): string {
  return value
    .replace(/(?:^|[ \t])#.*/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');
}
