/** Lines that belong together, by their indentation: an object in JSON, a mapping in YAML, a block in HCL. */
export interface Block {
  readonly text: string;
  /** Offset of the text in the file. */
  readonly start: number;
  /** The lines above that the block stands in, nearest first. */
  readonly around: readonly string[];
}

/** Larger than a statement that people write; more is not looked at, so that a search stays linear. */
const MOST_LINES = 60;
const LONGEST_LINE = 2_000;

/** Reads blocks of one text by offsets in them. */
export function blocksOf(content: string): (offset: number) => Block {
  const lines = content.split('\n');
  const starts: number[] = [];
  for (let at = 0, offset = 0; at < lines.length; offset += (lines[at++]?.length ?? 0) + 1)
    starts.push(offset);
  return (offset) => {
    const line = lineAt(starts, offset);
    return (
      inBraces(lines[line] ?? '', starts[line] ?? 0, offset, lines, line) ??
      byIndentation(lines, starts, line)
    );
  };
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** `{ ... }` around the offset, all on one line. */
function inBraces(
  text: string,
  start: number,
  offset: number,
  lines: readonly string[],
  line: number,
): Block | undefined {
  const at = offset - start;
  const open = braceBefore(text, at);
  const close = open === -1 ? -1 : braceAfter(text, at);
  if (close === -1) return undefined;
  const around = [text.slice(Math.max(0, open - LONGEST_LINE), open), ...above(lines, line)];
  return { text: text.slice(open, close + 1), start: start + open, around };
}

function braceBefore(text: string, from: number): number {
  let depth = 0;
  for (let at = from - 1; at >= 0 && from - at < LONGEST_LINE; at--) {
    if (text[at] === '}') depth++;
    else if (text[at] === '{' && depth-- === 0) return at;
  }
  return -1;
}

function braceAfter(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length && at - from < LONGEST_LINE; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && depth-- === 0) return at;
  }
  return -1;
}

function byIndentation(lines: readonly string[], starts: readonly number[], line: number): Block {
  const own = columnOf(lines[line] ?? '');
  let first = line;
  while (line - first < MOST_LINES && first > 0 && !isItem(lines[first] ?? '', own)) {
    if (!isWithin(lines[first - 1] ?? '', own)) break;
    first--;
  }
  let last = line;
  while (last - line < MOST_LINES && last + 1 < lines.length) {
    const below = lines[last + 1] ?? '';
    if (!isWithin(below, own) || isItem(below, own)) break;
    last++;
  }
  const text = lines
    .slice(first, last + 1)
    .map((each) => each.slice(0, LONGEST_LINE))
    .join('\n');
  return { text, start: starts[first] ?? 0, around: above(lines, first) };
}

/** Where a line's text begins, list dashes counted as indentation. */
function columnOf(line: string): number {
  return /^[ \t]*(?:-[ \t]+)?/.exec(line.slice(0, LONGEST_LINE))?.[0].length ?? 0;
}

function isWithin(line: string, own: number): boolean {
  return line.trim() === '' || columnOf(line) >= own;
}

/** `- key:` at the same column begins another item. */
function isItem(line: string, own: number): boolean {
  return /^[ \t]*-[ \t]/.test(line) && columnOf(line) === own;
}

/** The lines with less and less indentation above. */
function above(lines: readonly string[], line: number): string[] {
  const around: string[] = [];
  let column = columnOf(lines[line] ?? '');
  if (/^[ \t]*-[ \t]/.test(lines[line] ?? '')) column -= 1;
  for (let at = line - 1; at >= 0 && line - at < MOST_LINES && around.length < 6; at--) {
    const text = lines[at] ?? '';
    if (text.trim() === '' || columnOf(text) >= column) continue;
    around.push(text.slice(0, LONGEST_LINE));
    column = columnOf(text);
  }
  return around;
}
