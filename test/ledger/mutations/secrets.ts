import { type Mutation, type Row, mutationOf } from './mutation.ts';

const prompt = 'platform/src/prompt-scan.ts';
const shapes = 'platform/src/secret-shapes.ts';
const scan = 'scripts/scan.ts';
const hooks = 'scripts/hooks.ts';
const lint = 'scripts/lint-security.ts';
const promptTest = 'proofs/secret-shapes/prompt-scan.test.ts';
const shapesTest = 'proofs/secret-shapes/secret-shapes.test.ts';
const scanTest = 'test/secret-scan.process.test.ts';
const lintTest = 'test/lint-security.test.ts';

const refusedWhole =
  'a prompt with a secret is refused as a whole, and told by its rule alone (SUPPLY-6)';
const behind = 'a key is found behind signs that nobody sees, and in full width (SUPPLY-6)';
const byHook = 'the hook refuses a commit that adds a secret, by the staged bytes (SUPPLY-6)';
const before = 'a secret of an earlier commit does not refuse later commits of its file (SUPPLY-6)';
const everywhere =
  'the scan covers the tree, and with --history every version on every branch (SUPPLY-6)';
const accepted = 'an accepted line needs a reason, expires, and covers no other line (SUPPLY-6)';
const once =
  "the hook is installed once, stays switched off, and never replaces a team's own (SUPPLY-6)";

const inner =
  'in a larger repository the hook is installed by hand only, and scans every commit of it (SUPPLY-6)';

const rows: readonly Row[] = [
  [prompt, 'rules.length === 0', 'rules.length < 9', promptTest, refusedWhole],
  [
    prompt,
    'promptRefused.publish({ rule })',
    'promptRefused.publish({ rule, text })',
    promptTest,
    refusedWhole,
  ],
  [prompt, ".replace(INVISIBLE, '')", '', promptTest, behind],
  [prompt, ".normalize('NFKC')", '', promptTest, behind],
  [
    prompt,
    "includes('card')",
    "includes('iban')",
    promptTest,
    'a card number stays here (SUPPLY-6)',
  ],
  [
    prompt,
    'text.length > MOST_SIGNS',
    'false',
    promptTest,
    'a prompt that is a file is not read to its end (SUPPLY-6)',
  ],
  [
    prompt,
    'class Scanned {',
    'export class Scanned {',
    promptTest,
    'nothing but scanPrompt() makes a prompt (SUPPLY-6)',
  ],
  [
    shapes,
    '...findWrittenOut(text, kind),',
    '',
    shapesTest,
    'what looks like DB_PAS... in .env is found (SUPPLY-6)',
  ],
  [
    shapes,
    '...findRandomValues(text, kind),',
    '',
    shapesTest,
    'what looks like {"valu... in c.json is found (SUPPLY-6)',
  ],
  [
    shapes,
    '...findKnownKeys(text),',
    '',
    shapesTest,
    'what looks like {"kty"... in key.json is found (SUPPLY-6)',
  ],
  [
    scan,
    'changes.flatMap(({ ids }) => ids)',
    'changes.flatMap(({ ids }) => [ids[0], ids[0]])',
    scanTest,
    byHook,
  ],
  [hooks, 'chmodSync(file, EXECUTABLE);', '', scanTest, byHook],
  [
    scan,
    'byLine.set(start, { path, line, rule, digest });',
    'byLine.set(start, { path, line, rule: text, digest });',
    scanTest,
    byHook,
  ],
  [scan, '!known.has(digest)', 'true', scanTest, before],
  [scan, "'--all'", "'HEAD'.slice(9)", scanTest, everywhere],
  [scan, 'one.digest === digest', 'one.path === path', scanTest, accepted],
  [scan, 'one.until >= today', "one.until !== ''", scanTest, accepted],
  [scan, 'reason.trim().length < SHORTEST_REASON', 'false', scanTest, accepted],
  [hooks, '!WRITTEN_HERE.test(current) ||', 'false ||', scanTest, once],
  [hooks, "git('config', '--get', 'core.hooksPath') !== undefined", 'false', scanTest, once],
  [hooks, "(existsSync(file) || prefix !== '')", "prefix !== ''", scanTest, once],
  [hooks, "(existsSync(file) || prefix !== '')", 'existsSync(file)', scanTest, inner],
  [
    lint,
    'isModel && !TAKES_SCANNED_PROMPT.test(text)',
    'false',
    lintTest,
    'unscanned-prompt is found (SUPPLY-6)',
  ],
  [
    lint,
    "text !== undefined && text !== ''",
    'text === undefined',
    lintTest,
    'secret-fallback is found (SUPPLY-6)',
  ],
];

export const secretMutations: readonly Mutation[] = rows.map((row) => mutationOf('SUPPLY-6', row));
