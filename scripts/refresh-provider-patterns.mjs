import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { ADAPTED, KEYWORDS, LEFT_OUT, SAMPLES_LEFT_OUT } from './provider-patterns/left-out.mjs';
import { rulesOf } from './provider-patterns/read-rules.mjs';
import { samplesOf } from './provider-patterns/samples.mjs';
import { translate } from './provider-patterns/translate.mjs';

/**
 * Takes the provider patterns from a clone of gitleaks: `node scripts/refresh-provider-patterns.mjs <clone>`. Writes
 * the patterns, their keywords, the licence, and what gitleaks says they must and must not find.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const RULES = 'cmd/generate/config/rules/';
const [, , clone] = process.argv;

const git = (...args) =>
  execFileSync('git', ['-C', clone, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

function patterns() {
  const rules = rulesOf(git('show', 'HEAD:config/gitleaks.toml'));
  const gone = [...LEFT_OUT.keys()].filter((id) => !rules.some((rule) => rule.id === id));
  if (gone.length > 0) throw new Error(`gitleaks has no rule ${gone.join(', ')} any more`);
  return rules
    .filter(({ id, regex }) => regex !== undefined && !LEFT_OUT.has(id))
    .map((rule) => ({
      ...rule,
      regex: ADAPTED[rule.id]?.(rule.regex) ?? rule.regex,
      keywords: KEYWORDS[rule.id] ?? rule.keywords,
    }))
    .map((rule) => {
      try {
        return translate(rule);
      } catch (cause) {
        throw new Error(`${rule.id} cannot be taken: ${cause.message}`, { cause });
      }
    });
}

/** Stored backwards, so that nothing in this repository has the shape of a credential. */
function samples(ids) {
  const sources = git('ls-tree', '--name-only', 'HEAD', RULES).trim().split('\n');
  const backwards = (texts) => texts.map((text) => [...text].reverse().join(''));
  return sources
    .flatMap((path) => samplesOf(git('show', `HEAD:${path}`)))
    .filter(({ id, caught, passed }) => ids.has(id) && caught.length + passed.length > 0)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, caught, passed }) => ({
      id,
      caught: backwards(caught.filter((text) => !SAMPLES_LEFT_OUT[id]?.test(text))),
      passed: backwards(passed),
    }));
}

/** One expression that says whether a text, in lower case, holds any keyword: a tree, so that most letters end it. */
function withKeywords(code, found) {
  const all = [...new Set(found.flatMap(({ keywords }) => keywords))].sort();
  const [before, after] = code.split(/(?<=^const PROVIDER_KEYWORDS =)\s+\/.*\/;$/m);
  if (after === undefined) throw new Error('provider-patterns.ts has no place for the keywords');
  return `${before} /${treeOf(all)}/;${after}`;
}

function treeOf(words) {
  if (words.includes('')) return '';
  const letters = [...new Set(words.map((word) => word[0]))];
  const branches = letters.map((letter) => {
    const rests = words.filter((word) => word[0] === letter).map((word) => word.slice(1));
    return letter.replace(/[.*+?^$()[\]{}|\\/]/, String.raw`\$&`) + treeOf(rests);
  });
  return branches.length === 1 ? branches[0] : `(?:${branches.join('|')})`;
}

async function write(path, text, parser) {
  const options = { parser, printWidth: 100, singleQuote: true };
  writeFileSync(join(root, path), parser ? await format(text, options) : text);
}

const found = patterns();
const [commit, date] = git('log', '-1', '--format=%H %cs').trim().split(' ');
const FOLDER = 'templates/app/platform/src/secret-shapes';
await write(`${FOLDER}/provider-patterns.json`, JSON.stringify({ patterns: found }), 'json');
const code = `${FOLDER}/provider-patterns.ts`;
const written = readFileSync(join(root, code), 'utf8');
await write(code, withKeywords(written, found), 'typescript');
// The commit stands here: beside the patterns of a provider whose tokens have forty digits, it looks like one of them.
const origin = [
  'provider-patterns.json is derived from https://github.com/gitleaks/gitleaks,',
  `commit ${commit} (${date}), under this licence:`,
].join('\n');
await write(
  `${FOLDER}/provider-patterns.licence.txt`,
  `${origin}\n\n${git('show', 'HEAD:LICENSE')}`,
);
const ids = new Set(found.map(({ id }) => id));
await write('test/guard/provider-samples.json', JSON.stringify(samples(ids)), 'json');
console.log(`${found.length} patterns of ${commit} (${date}).`);
