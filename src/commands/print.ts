/** What JSON leaves as it is though a terminal acts on it, or a reader does not see it. */
const UNSEEN = /[\x7f-\x9f\p{Cf}\u2028\u2029]/gu;

/** One JSON document on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2).replace(UNSEEN, escaped)}\n`);
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_unit, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
