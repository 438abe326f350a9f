/** The rules of a gitleaks.toml. That file is itself generated, in one regular form, so no TOML parser is needed. */
export function rulesOf(toml) {
  return toml
    .split(/^\[\[rules\]\]$/m)
    .slice(1)
    .map((text) => {
      // A rule's own keys come before the tables of its allowlists.
      const own = text.split(/^\s*\[\[rules\./m)[0];
      return {
        id: /^id = "(.+)"$/m.exec(own)[1],
        regex: /^regex = '''(.+)'''$/m.exec(own)?.[1],
        entropy: Number(/^entropy = ([\d.]+)$/m.exec(own)?.[1] ?? 0),
        keywords: keywordsOf(own),
      };
    });
}

function keywordsOf(text) {
  const list = /^keywords = \[(.*?)\]$/ms.exec(text)?.[1] ?? '';
  return [...list.matchAll(/"([^"]+)"/g)].map(([, keyword]) => keyword);
}
