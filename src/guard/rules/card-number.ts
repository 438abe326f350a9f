import type { Rule } from '../rule.ts';

/** Issuer prefixes with the lengths they issue. A number outside is no card, whatever its check digit. */
const ISSUERS: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65|62)/, [16, 17, 18, 19]],
  [/^(?:30[0-5]|36|3[89])/, [14, 16]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:50[123]|5[678]|6304|6759|676[1-3])/, [16, 18, 19]],
  [/^220[0-4]/, [16]],
];

const SHORTEST = 13;
const LONGEST = 19;

/** Between digits: what people type or paste there. Two in a row at most. */
const SEPARATORS = ' \t\n\r.-_/,|';

/** Identifiers with runs of digits in them that no card has. */
const IDENTIFIERS =
  /(?<![\da-f])[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?![\da-f])|(?<![\da-z])(?=\d{0,31}[a-f])[\da-f]{32,}/gi;

export const cardNumber: Rule = {
  id: 'card-number',
  control: 'PAY-2',
  reason:
    'A card number that is stored or logged puts everything it passed through in scope of a card data breach.',
  wayOut: 'Leave card numbers out: the payment provider hands out tokens to use instead.',
  keywords: [/\d/],
  answer: ({ text }) => holdsCard(text.replace(IDENTIFIERS, ' ')),
};

function holdsCard(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (isDigit(text, at) && !isDigit(text, at - 1) && startsCard(text, at)) return true;
  }
  return false;
}

/** Reads digits over separators from a group's start, and judges at each group's end. */
function startsCard(text: string, start: number): boolean {
  let digits = '';
  let gap = 0;
  for (let at = start; at < text.length && digits.length <= LONGEST; at++) {
    if (isDigit(text, at)) {
      digits += text[at];
      gap = 0;
      if (!isDigit(text, at + 1) && isCard(digits)) return true;
    } else if (!SEPARATORS.includes(text[at] ?? '') || ++gap > 2) {
      return false;
    }
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function isCard(digits: string): boolean {
  if (digits.length < SHORTEST || digits.length > LONGEST) return false;
  const issued = ISSUERS.some(
    ([prefix, lengths]) => prefix.test(digits) && lengths.includes(digits.length),
  );
  return issued && passesLuhn(digits);
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = digit * 2;
    if (at % 2 === 0) sum += digit;
    else sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
