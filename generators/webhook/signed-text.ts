const PLACEHOLDERS = ['{body}', '{timestamp}', '{id}'];

/** What no id and no time contains: without it a digit could leave the one for the other. */
const BORDER = /^[^A-Za-z0-9_-](?:.*[^A-Za-z0-9_-])?$/;

/** What is wrong with a template of signed text, in words that end a sentence. */
export function signedTextProblem(template: string): string | undefined {
  const parts = template.split(/(\{[a-z]+\})/);
  const placed = parts.filter((_, index) => index % 2 === 1);
  const between = parts.filter((_, index) => index % 2 === 0);
  if (!placed.includes('{body}')) return 'must hold {body}: what is not signed proves nothing';
  if (placed.some((one) => !PLACEHOLDERS.includes(one)) || new Set(placed).size < placed.length)
    return `must hold each of ${PLACEHOLDERS.join(', ')} at most once, and no other`;
  if (!between.slice(1, -1).every((text) => BORDER.test(text)))
    return 'must have something between two values that is in neither, such as a full stop';
  return undefined;
}
