/**
 * Prints rows under their heads: the first column to the left, figures to the right.
 *
 * @param {readonly string[]} heads
 * @param {readonly (readonly (string | number | undefined)[])[]} rows
 */
export function printTable(heads, rows) {
  const cells = [heads, ...rows.map((row) => row.map(shown))];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells) {
    const line = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    console.log(`  ${line.join('  ').trimEnd()}`);
  }
}

/** @param {string | number | undefined} cell */
function shown(cell) {
  if (cell === undefined) return '-';
  return typeof cell === 'number' ? cell.toFixed(cell < 10 ? 2 : 0) : cell;
}

/**
 * @param {number | undefined} part
 * @param {number | undefined} whole
 */
export function ratio(part, whole) {
  return part === undefined || !whole ? '-' : `${(part / whole).toFixed(2)}x`;
}

/**
 * @param {number} part
 * @param {number} whole
 */
export function percent(part, whole) {
  return `${((100 * part) / whole).toFixed(0)} %`;
}
