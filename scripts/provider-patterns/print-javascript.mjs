/** No quantifier is open: matching stays linear in the text. Longer than any token that gitleaks knows. */
const MOST = 1000;

/** Repetitions of repetitions that can be cut up in many ways are what backtracks; a few fixed ones cannot. */
const MOST_NESTED = 8;

/** Prints a tree for JavaScript without regexp modifiers: folded letters become classes, unless `ignoreCase` is set. */
export function printJavaScript(tree, ignoreCase) {
  switch (tree.kind) {
    case 'alternatives':
      return tree.branches.map((branch) => printJavaScript(branch, ignoreCase)).join('|');
    case 'sequence':
      return tree.items.map((item) => printJavaScript(item, ignoreCase)).join('');
    case 'group':
      return `(?:${printJavaScript(tree.body, ignoreCase)})`;
    case 'repeated':
      refuseNested(tree);
      return printJavaScript(tree.item, ignoreCase) + quantifier(tree);
    case 'literal':
      return tree.folded && !ignoreCase && /[a-z]/i.test(tree.text)
        ? `[${tree.text.toLowerCase()}${tree.text.toUpperCase()}]`
        : tree.text;
    case 'class':
      return tree.folded && !ignoreCase ? bothCases(tree.text) : tree.text;
    default:
      return tree.text;
  }
}

/** Whether every letter is folded, so that the `i` flag says it shorter. */
export function isFolded(tree) {
  const lettered = lettersOf(tree);
  return lettered.length > 0 && lettered.every(({ folded }) => folded);
}

function lettersOf(tree) {
  switch (tree.kind) {
    case 'alternatives':
      return tree.branches.flatMap(lettersOf);
    case 'sequence':
      return tree.items.flatMap(lettersOf);
    case 'group':
      return lettersOf(tree.body);
    case 'repeated':
      return lettersOf(tree.item);
    case 'literal':
      return /[a-z]/i.test(tree.text) ? [tree] : [];
    case 'class':
      // An escape such as \w means the same in both cases.
      return /[a-z]/i.test(tree.text.replaceAll(/\\./g, '')) ? [tree] : [];
    default:
      return [];
  }
}

function refuseNested({ item, from, to }) {
  const varies = from !== to || to > MOST_NESTED;
  if (varies && to > 1 && holdsVariable(item)) throw new Error('a repetition of repetitions');
}

function holdsVariable(tree) {
  switch (tree.kind) {
    case 'alternatives':
      return tree.branches.some(holdsVariable);
    case 'sequence':
      return tree.items.some(holdsVariable);
    case 'group':
      return holdsVariable(tree.body);
    case 'repeated':
      return tree.from !== tree.to || holdsVariable(tree.item);
    default:
      return false;
  }
}

function quantifier({ from, to, lazy }) {
  if (from === 0 && to === 1) return `?${lazy}`;
  const most = Math.min(to, MOST);
  return (from === most ? `{${from}}` : `{${from},${most}}`) + lazy;
}

/** Ranges and letters of a class in the other case too. */
function bothCases(text) {
  if (!text.startsWith('[')) return text;
  const other = [...text.slice(1, -1).matchAll(/\\.|([a-z])-([a-z])|([a-z])/gi)]
    .filter(([whole]) => !whole.startsWith('\\'))
    .map(([whole]) => (whole === whole.toLowerCase() ? whole.toUpperCase() : whole.toLowerCase()))
    .filter((part) => !text.includes(part));
  return `${text.slice(0, -1).replace(/(?<!\\)-$/, '\\-')}${other.join('')}]`;
}
