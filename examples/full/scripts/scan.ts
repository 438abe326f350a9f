import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findSecrets } from '@app/platform/secret-shapes';
import { lintSource } from '@secretlint/core';
import { rules as preset } from '@secretlint/secretlint-rule-preset-recommend';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

const ADVICE = [
  'Remove it, and revoke it if anyone may have seen it: playbooks/rotate-a-secret.md.',
  'If it is not a secret, accept it: npm run scan -- --accept <file>:<line> --reason "...".',
].join('\n');

/** A line that looks like it has a secret. Never the value: a report is read by more people than the file. (SUPPLY-6) */
interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  // Of the line, so that the baseline knows it again after it moved.
  readonly digest: string;
}

/** A line that a developer accepted: it has no secret, or one that was revoked. */
interface Accepted extends Omit<Finding, 'line'> {
  readonly reason: string;
  // After this day the line is a finding again, so that each exception is reviewed.
  readonly until: string;
}

const BASELINE = join(ROOT, 'security/secret-baseline.json');
const DAYS_ACCEPTED = 180;
const DAY_MS = 86_400_000;
const SHORTEST_REASON = 10;

/** The problem, or nothing. */
async function main(): Promise<string | undefined> {
  const { values } = parseArgs({
    options: {
      staged: { type: 'boolean', default: false },
      history: { type: 'boolean', default: false },
      accept: { type: 'string' },
      reason: { type: 'string', default: '' },
    },
  });
  if (values.accept !== undefined) return acceptLine(values.accept, values.reason);
  const found = await (values.staged
    ? scanStaged()
    : scanAll(values.history ? everyVersion() : workingTree()));
  const today = dayIn(0);
  const accepted = readBaseline().filter(({ until }) => until >= today);
  const open = found.filter(
    ({ path, rule, digest }) =>
      !accepted.some((one) => one.path === path && one.rule === rule && one.digest === digest),
  );
  for (const place of new Set(open.map(({ path, line, rule }) => `${path}:${line}  ${rule}`)))
    process.stdout.write(`${place}\n`);
  return open.length === 0 ? undefined : `${open.length} look like secrets.\n${ADVICE}`;
}

function readBaseline(): readonly Accepted[] {
  return (JSON.parse(readFileSync(BASELINE, 'utf8')) as { accepted: Accepted[] }).accepted;
}

function dayIn(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
}

async function acceptLine(place: string, reason: string): Promise<string | undefined> {
  const [, path = '', line] = /^(.+):(\d+)$/.exec(place) ?? [];
  if (path === '') return 'Name the line: --accept <file>:<line>.';
  const found = await findingsIn(path, readFileSync(join(ROOT, path)));
  const findings = found.filter((finding) => finding.line === Number(line));
  if (findings.length === 0) return 'There is no finding on that line.';
  if (reason.trim().length < SHORTEST_REASON) return 'Say why in a sentence: --reason "...".';
  const until = dayIn(DAYS_ACCEPTED);
  const added = findings.map(({ rule, digest }) => ({ path, rule, digest, reason, until }));
  const accepted = [...readBaseline(), ...added];
  writeFileSync(BASELINE, `${JSON.stringify({ accepted }, null, 2)}\n`);
  return undefined;
}

/** What the commit adds. A secret of an earlier commit does not refuse this one: CI reports it. */
async function scanStaged(): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const { path, bytes, before } of stagedFiles()) {
    const known = new Set((await findingsIn(path, before)).map(({ digest }) => digest));
    found.push(...(await findingsIn(path, bytes)).filter(({ digest }) => !known.has(digest)));
  }
  return found;
}

async function scanAll(files: Iterable<Content>): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const { path, bytes } of files) found.push(...(await findingsIn(path, bytes)));
  return found;
}

/** The project's own rules, as a rule of secretlint. One finding a line is enough to refuse it. (SUPPLY-6) */
const ownRule: (typeof preset)[number] = {
  messages: { SECRET: { en: ({ rule }: { readonly rule: string }) => rule } },
  meta: { id: 'own', recommended: true, type: 'scanner', supportedContentTypes: ['text'] },
  create: (context) => ({
    async file({ content, filePath }) {
      const translate = context.createTranslator(ownRule.messages);
      let end = -1;
      for (const { rule, index } of await findSecrets(content, filePath)) {
        if (index <= end) continue;
        context.report({ message: translate('SECRET', { rule }), range: [index, index] });
        end = content.indexOf('\n', index);
        if (end < 0) return;
      }
    },
  }),
};

// A comment in a scanned file could switch rules off. The own rule covers the other formats, and more forms of them.
const LEFT_OUT =
  /-rule-(?:filter-comments|privatekey|basicauth|database-connection-string|stripe)$/;
const RULES = [ownRule, ...preset.filter(({ meta }) => !LEFT_OUT.test(meta.id))].map((rule) => ({
  id: rule.meta.id.replace('@secretlint/secretlint-rule-', ''),
  rule,
  options: {},
}));

const UTF_16_MARK = Buffer.from([0xff, 0xfe]);
// A file with a zero among its first bytes is binary.
const BYTES_SEARCHED_FOR_ZERO = 8000;

async function findingsIn(path: string, bytes: Buffer): Promise<readonly Finding[]> {
  const isUtf16 = bytes.subarray(0, 2).equals(UTF_16_MARK);
  if (!isUtf16 && bytes.subarray(0, BYTES_SEARCHED_FOR_ZERO).includes(0)) return [];
  const content = bytes.toString(isUtf16 ? 'utf16le' : 'utf8');
  const { messages } = await lintSource({
    source: { filePath: path, content, contentType: 'text', ext: extname(path) },
    options: { locale: 'en', noPhysicFilePath: true, config: { rules: RULES } },
  });
  const lines = content.split('\n');
  const found: Finding[] = [];
  let [line, end] = [0, -1];
  for (const { ruleId, message, range } of messages.toSorted((a, b) => a.range[0] - b.range[0])) {
    if (range[0] <= end) continue;
    for (; end < range[0]; line += 1) end += (lines[line] ?? '').length + 1;
    const digest = createHash('sha256')
      .update((lines[line - 1] ?? '').trim())
      .digest('hex');
    const rule = ruleId === ownRule.meta.id ? message : ruleId;
    found.push({ path, line, rule, digest });
  }
  return found;
}

interface Content {
  readonly path: string;
  readonly bytes: Buffer;
}

const MOST_OUTPUT = 1024 ** 3;

/** The files on disk that git tracks or would track. Every file, if there is no repository. */
function* workingTree(): Generator<Content> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, maxBuffer: MOST_OUTPUT });
  const exclude = ['**/node_modules/**', '.data/**', 'sbom/**'];
  const paths =
    status === 0 ? stdout.toString().split('\0') : globSync('**/*', { cwd: ROOT, exclude });
  for (const path of new Set(paths)) {
    const file = join(ROOT, path);
    if (path !== '' && statSync(file, { throwIfNoEntry: false })?.isFile())
      yield { path, bytes: readFileSync(file) };
  }
}

// As `git diff --raw -z` prints it: two modes, two object ids, what happened, and the path.
const CHANGE = /:\d+ \d+ (\w+) (\w+) \w\0([^\0]+)\0/g;

/** The staged bytes of each changed file, which the file on disk may no longer have, and the bytes before. */
function* stagedFiles(): Generator<Content & { readonly before: Buffer }> {
  const printed = git([
    'diff',
    '--cached',
    '--raw',
    '-z',
    '--no-abbrev',
    '--no-renames',
  ]).toString();
  const changes = [...printed.matchAll(CHANGE)];
  const blobs = readBlobs(changes.flatMap(([, before = '', after = '']) => [before, after]));
  for (const [, , , path = ''] of changes) {
    const [before, bytes] = [blobs.next().value, blobs.next().value];
    yield { path, bytes: bytes ?? Buffer.alloc(0), before: before ?? Buffer.alloc(0) };
  }
}

/** Each version of each file that a branch or tag leads to: a deleted secret has leaked too. */
function* everyVersion(): Generator<Content> {
  const list = git(['rev-list', '--objects', '--all']).toString();
  const objects = [...list.matchAll(/^(\S+) (.+)$/gm)];
  const blobs = readBlobs(objects.map(([, id = '']) => id));
  for (const [, , path = ''] of objects) {
    const bytes = blobs.next().value;
    if (bytes) yield { path, bytes };
  }
}

// So that the answers of one process stay far below what it may print.
const BATCH = 200;

/** The blobs with these ids, in their order. Nothing for an object that is not a blob. */
function* readBlobs(ids: readonly string[]): Generator<Buffer | undefined, undefined> {
  for (let start = 0; start < ids.length; start += BATCH) {
    const batch = ids.slice(start, start + BATCH);
    const bytes = git(['cat-file', '--batch'], batch.map((id) => `${id}\n`).join(''));
    let at = 0;
    for (const _ of batch) {
      const head = bytes.indexOf('\n', at);
      const [, type, size] = bytes.toString('utf8', at, head).split(' ');
      const end = head + 1 + Number(size ?? 0);
      yield type === 'blob' ? bytes.subarray(head + 1, end) : undefined;
      // `<id> missing` has no content: an added file has no object before.
      at = size === undefined ? end : end + 1;
    }
  }
  return undefined;
}

function git(args: readonly string[], input = ''): Buffer {
  const { status, stdout, stderr } = spawnSync('git', args, {
    cwd: ROOT,
    maxBuffer: MOST_OUTPUT,
    input,
  });
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr.toString()}`);
  return stdout;
}

const problem = await main();
if (problem !== undefined) process.stderr.write(`${problem}\n`);
process.exitCode = problem === undefined ? 0 : 1;
