import { type Mutation, type Row, mutationOf } from './mutation.ts';

const prompt = 'platform/src/prompt-scan.ts';
const shapes = 'platform/src/secret-shapes.ts';
const scan = 'scripts/scan.ts';
const hooks = 'scripts/hooks.ts';
const lint = 'scripts/lint-security.ts';
const promptTest = 'platform/src/prompt-scan.test.ts';
const shapesTest = 'platform/src/secret-shapes.test.ts';
const scanTest = 'test/secret-scan.process.test.ts';
const lintTest = 'test/lint-security.test.ts';

const refusedWhole =
  'a prompt with a secret is refused as a whole, and told by its rule alone (SUPPLY-6)';
const behind = 'a key is found behind signs that nobody sees, and in full width (SUPPLY-6)';
const byHook =
  'a commit that adds a secret is refused by the hook, whatever lies on disk by then (SUPPLY-6)';
const before = 'what a file had before does not stop every later commit of it (SUPPLY-6)';
const everywhere = 'the tree is looked at, and all that any branch ever held (SUPPLY-6)';
const accepted = 'a line is accepted with a reason, for a while, and no other line is (SUPPLY-6)';
const once =
  "the hook is put in once, taken out for good, and never in place of a team's own (SUPPLY-6)";

const inner =
  'within a larger repository the hook is put in by hand only, and then looks at all of it (SUPPLY-6)';

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
