/** Shorter says nothing to a reviewer. */
const SHORTEST = 10;
/** Longer is a document. */
const LONGEST = 300;

/** Whether a reason can be one: words on one line, not `ok` and not `todo`. */
export function isReasonEnough(reason: string): boolean {
  const text = reason.trim();
  return (
    text.length >= SHORTEST &&
    text.length <= LONGEST &&
    /\S\s+\S/.test(text) &&
    !/[\r\n]/.test(text)
  );
}
