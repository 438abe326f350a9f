/**
 * Reads Go's regular expressions (RE2) into a tree. Case folding, which may be switched within a group there, is noted
 * at every character it reaches: `{ kind, ... , folded }`.
 */
export function parseRe2(source, folded = false) {
  const reader = { source, at: 0, folded };
  const tree = alternatives(reader);
  if (reader.at < source.length) throw new Error(`unread: ${source.slice(reader.at)}`);
  return tree;
}

function alternatives(reader) {
  const branches = [sequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at++;
    branches.push(sequence(reader));
  }
  return { kind: 'alternatives', branches };
}

function sequence(reader) {
  const items = [];
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at])) {
    const item = atom(reader);
    if (item) items.push(quantified(reader, item));
  }
  return { kind: 'sequence', items };
}

function atom(reader) {
  const { source, at } = reader;
  if (source[at] === '(') return group(reader);
  if (source[at] === '[') return characterClass(reader);
  if (source[at] === '\\') return escape(reader);
  reader.at++;
  if ('^$'.includes(source[at])) return { kind: 'assertion', text: source[at] };
  if (source[at] === '.') return { kind: 'class', text: '.' };
  return { kind: 'literal', text: source[at], folded: reader.folded };
}

const FLAGS = /\(\?(?<on>[is]*)(?:-(?<off>[is]*))?(?<end>[:)])|\(\?P<\w+>|\(/y;

function group(reader) {
  FLAGS.lastIndex = reader.at;
  const match = FLAGS.exec(reader.source);
  if (match === null) throw new Error(`group: ${reader.source.slice(reader.at)}`);
  reader.at += match[0].length;
  const { on = '', off = '', end } = match.groups;
  const outside = reader.folded;
  if (on.includes('i')) reader.folded = true;
  if (off.includes('i')) reader.folded = false;
  // `(?i)` reaches to the end of the group around it.
  if (end === ')') return undefined;
  const body = alternatives(reader);
  if (reader.source[reader.at++] !== ')') throw new Error('a group is not closed');
  reader.folded = outside;
  return { kind: 'group', body };
}

function characterClass(reader) {
  const match = /\[\^?(?:\[:\w+:\]|\\.|[^\]\\])+\]/y;
  match.lastIndex = reader.at;
  const [text] = match.exec(reader.source);
  reader.at += text.length;
  return { kind: 'class', text: text.replaceAll('[:alnum:]', 'a-zA-Z0-9'), folded: reader.folded };
}

function escape(reader) {
  const match = /\\x[\da-f]{2}|\\./iy;
  match.lastIndex = reader.at;
  const [text] = match.exec(reader.source);
  reader.at += text.length;
  if (text === '\\z') return { kind: 'assertion', text: '$' };
  if (/^\\[bB]$/.test(text)) return { kind: 'assertion', text };
  return { kind: 'class', text };
}

function quantified(reader, item) {
  const match = /(?:[*+?]|\{(?<least>\d+)(?<range>,(?<most>\d*))?\})(?<lazy>\??)/y;
  match.lastIndex = reader.at;
  const found = match.exec(reader.source);
  if (found === null) return item;
  reader.at += found[0].length;
  const { least, range, most, lazy } = found.groups;
  const [from, to] =
    least === undefined ? SHORT[found[0][0]] : [Number(least), upper(least, range, most)];
  return { kind: 'repeated', item, from, to, lazy };
}

const SHORT = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] };

function upper(least, range, most) {
  if (range === undefined) return Number(least);
  return most === '' ? Infinity : Number(most);
}
