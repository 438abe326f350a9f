import { parseRe2 } from './parse-re2.mjs';
import { isFolded, printJavaScript } from './print-javascript.mjs';

/** The frame gitleaks puts around a value that only counts beside its provider's name. */
const NAME = String.raw`[\w.-]{0,50}?(?:`;
const AFTER_NAME = String.raw`)(?:[ \t\w.-]{0,20})[\s'"]{0,3}`;
const ASSIGNED = String.raw`(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}(`;
const ENDED = String.raw`)(?:[\x60'"\s;]|\\[nr]|$)`;

/** Whether the frame folds case, and what stands before the name and after it. */
const FRAMES = [
  { before: `(?i)${NAME}`, between: AFTER_NAME + ASSIGNED, foldedValue: true },
  {
    before: `${NAME.slice(0, -3)}(?i:${NAME}`,
    between: `${AFTER_NAME})${ASSIGNED}`,
    foldedValue: false,
  },
];

/** A rule of gitleaks as data for the guard; the frame is said once, in the guard. */
export function translate({ id, regex, entropy, keywords }) {
  const { beside, value, foldedValue, word, ended } = taken(regex);
  const trees = [beside, value].map((part, at) =>
    part === undefined ? undefined : parseRe2(part, at === 0 || foldedValue),
  );
  const ignoreCase = trees.every(
    (tree) => tree === undefined || isFolded(tree) || isCaseless(tree),
  );
  const [name, text] = trees.map((tree) => tree && printJavaScript(tree, ignoreCase));
  return {
    id,
    keywords: keywords.map((keyword) => keyword.toLowerCase()),
    ...(name ? { beside: name } : {}),
    value: text,
    ...(ignoreCase ? { ignoreCase } : {}),
    ...(word ? { word } : {}),
    ...(ended ? { ended } : {}),
    ...(entropy > 0 ? { entropy } : {}),
  };
}

function taken(regex) {
  for (const { before, between, foldedValue } of FRAMES) {
    const at = regex.indexOf(between);
    if (!regex.startsWith(before) || at === -1 || !regex.endsWith(ENDED)) continue;
    return {
      beside: regex.slice(before.length, at),
      value: regex.slice(at + between.length, -ENDED.length),
      foldedValue,
      ended: true,
    };
  }
  const [, folded, value] = /^(\(\?i\))?(?:\\b)\((.*)$/s.exec(regex) ?? [];
  if (value?.endsWith(ENDED) && isWhole(value.slice(0, -ENDED.length)))
    return {
      value: value.slice(0, -ENDED.length),
      foldedValue: Boolean(folded),
      word: true,
      ended: true,
    };
  return { value: regex, foldedValue: false };
}

/** Whether the parentheses taken off belonged together. */
function isWhole(value) {
  try {
    parseRe2(value);
    return true;
  } catch {
    return false;
  }
}

function isCaseless(tree) {
  return printJavaScript(tree, true).replaceAll(/\\./g, '').search(/[a-z]/i) === -1;
}
