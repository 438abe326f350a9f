/** @typedef {import('./child.mjs').Usage} Usage */

/**
 * @typedef {object} Subject
 * @property {string} name
 * @property {() => Promise<Usage>} measure
 * @property {() => Promise<void>} [prepare] before each measurement, uncounted
 */

/** @typedef {Usage & { fastest: number, runs: number }} Figures medians, and the least CPU */

/**
 * Measures every subject in turn, again and again, so that a busy minute of the machine meets all of them.
 *
 * @param {readonly Subject[]} subjects
 * @param {number} rounds counted ones; one more warms the disk's cache
 * @returns {Promise<Map<string, Figures>>}
 */
export async function interleave(subjects, rounds) {
  /** @type {Map<string, Usage[]>} */
  const all = new Map(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, measure, prepare } of subjects) {
      await prepare?.();
      const usage = await measure();
      if (round > 0) all.get(name)?.push(usage);
    }
  }
  return new Map([...all].map(([name, usages]) => [name, figuresOf(usages)]));
}

/** @param {readonly Usage[]} usages */
function figuresOf(usages) {
  return {
    cpu: median(usages.map(({ cpu }) => cpu)),
    wall: median(usages.map(({ wall }) => wall)),
    fastest: Math.min(...usages.map(({ cpu }) => cpu)),
    runs: usages.length,
  };
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
