/** Longer ones are whole pages; what they show, shorter ones show too. */
const LONGEST = 800;

const LITERAL = /`([^`]*)`|"((?:\\.|[^"\\])*)"/g;

/**
 * The true and false positives that a Go source of gitleaks writes out, by rule id. What it computes is left out: the
 * test makes samples of its own from each pattern.
 */
export function samplesOf(source) {
  const lists = globalLists(source);
  return source
    .split(/^func /m)
    .slice(1)
    .flatMap((text) => {
      const id = /RuleID:\s*"([^"]+)"/.exec(text)?.[1];
      if (id === undefined) return [];
      return [{ id, caught: listed(text, 'tps', lists), passed: listed(text, 'fps', lists) }];
    });
}

function globalLists(source) {
  return new Map(
    [...source.matchAll(/^var (\w+) = \[\]string\{$(.*?)^\}$/gms)].map(([, name, body]) => [
      name,
      elements(body),
    ]),
  );
}

/** `tps := []string{...}`, and what is appended to it later. */
function listed(text, name, lists) {
  const pattern = new RegExp(
    `\\b${name} :?= (?:\\[\\]string\\{|append\\(${name},|append\\()(.*?)^\\t(?:[)}]|(?=\\S))`,
    'gms',
  );
  const found = [];
  for (const [, body] of text.matchAll(pattern)) {
    for (const [, list] of body.matchAll(/\b(\w+)\.\.\./g)) found.push(...(lists.get(list) ?? []));
    if (name === 'fps' || !/\bGenerateSampleSecrets\b/.test(body)) found.push(...elements(body));
  }
  return [...new Set(found)].filter((sample) => sample !== '' && sample.length <= LONGEST);
}

/** The elements of a list that are one literal each. */
function elements(body) {
  const bare = body.replaceAll(/(`[^`]*`|"(?:\\.|[^"\\\n])*")|\/\/[^\n]*/g, (_, text = '') => text);
  const found = [];
  let end = 0;
  for (const match of bare.matchAll(LITERAL)) {
    const before = bare.slice(end, match.index).trim();
    end = match.index + match[0].length;
    const after = /^\s*(,|$|\)|\})/.test(bare.slice(end));
    if (!/(?:^|[,{])$/.test(before) || !after) continue;
    found.push(match[1] ?? JSON.parse(`"${match[2].replaceAll('\\x60', '`')}"`));
  }
  return found;
}
