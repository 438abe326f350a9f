/** Fewer are a label, more are a paragraph. */
const LEAST_WORDS = 3;
const MOST_WORDS = 10;

/** Words that sentences and labels have and passphrases, which are drawn from lists of nouns and verbs, hardly do. */
const PROSE = new Set(
  (
    'a an and any are as at be been by can cannot could do does for from has have how if in into is it its least may more must ' +
    'my new no not now of old on one only or our please should so that the their then there this to too use via was we ' +
    'what when which will with without you your confirm current empty enter expired forgot incorrect invalid long ' +
    'minimum missing required reset short unknown weak wrong characters field user users value account sign login ' +
    'password passwords passphrase secret secrets token tokens key keys credential credentials'
  ).split(' '),
);

/** Whether a value of several words was chosen as a passphrase: lower-case or with a digit, and no sentence. */
export function isPassphrase(value: string): boolean {
  const words = value.trim().slice(0, 300).split(/ +/);
  if (words.length < LEAST_WORDS || words.length > MOST_WORDS) return false;
  if (!words.every((word) => /^[\p{L}\d'-]{2,20}$/u.test(word))) return false;
  if (words.some((word) => PROSE.has(word.toLowerCase()))) return false;
  return value === value.toLowerCase() || /\d/.test(value);
}
