// The part of npm's ranges that a list of bad versions needs: comparators that all hold, in alternatives of which one does.
const COMPARATOR = /^(?<operator><=|>=|<|>|=)?(?<version>\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)$/;

/** Whether the range says what it means; one that does not would ban nothing without a word. */
export function isRange(range: string): boolean {
  return (
    range === '*' || alternatives(range).every((all) => all.every((one) => COMPARATOR.test(one)))
  );
}

export function isInRange(version: string, range: string): boolean {
  if (range === '*') return true;
  return alternatives(range).some((all) => all.every((comparator) => holds(version, comparator)));
}

function alternatives(range: string): string[][] {
  return range.split('||').map((all) => all.trim().split(/\s+/));
}

function holds(version: string, comparator: string): boolean {
  const { operator = '=', version: bound = '' } = COMPARATOR.exec(comparator)?.groups ?? {};
  const order = compare(version, bound);
  if (operator === '=') return order === 0;
  if (operator.startsWith('<')) return order < 0 || (operator === '<=' && order === 0);
  return order > 0 || (operator === '>=' && order === 0);
}

/** By the precedence of Semantic Versioning 2.0.0, section 11. */
export function compare(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  const byNumber = compareLists(left.numbers, right.numbers);
  if (byNumber !== 0) return byNumber;
  // A release comes after all that led to it.
  if (left.before.length === 0 || right.before.length === 0) {
    return Math.sign(right.before.length - left.before.length);
  }
  return compareLists(left.before, right.before);
}

function partsOf(version: string): { numbers: string[]; before: string[] } {
  const [core = '', ...before] = (version.split('+')[0] ?? '').split('-');
  return { numbers: core.split('.'), before: before.join('-').split('.').filter(Boolean) };
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const order = compareParts(a[at], b[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareParts(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  const [left, right] = [a, b].map((part) => (/^\d+$/.test(part) ? Number(part) : undefined));
  if (left !== undefined && right !== undefined) return Math.sign(left - right);
  if (left !== undefined || right !== undefined) return left === undefined ? 1 : -1;
  return a < b ? -1 : 1;
}
