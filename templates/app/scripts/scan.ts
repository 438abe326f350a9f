import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Found } from '@app/platform/secret-shapes';
import { findSecrets } from '@app/platform/secret-shapes';

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
  const found = values.staged ? await scanStaged() : await scanAll(values.history);
  const accepted = readBaseline();
  const today = new Date().toISOString().slice(0, 10);
  const open = found.filter((finding) => !isAccepted(finding, accepted, today));
  for (const place of new Set(open.map(({ path, line, rule }) => `${path}:${line}  ${rule}`)))
    process.stdout.write(`${place}\n`);
  if (open.length === 0) return undefined;
  return `${open.length} look like secrets.\n${ADVICE}`;
}

// A secret of an earlier commit does not refuse this one. CI reports it.
async function scanStaged(): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for await (const { path, bytes, before } of stagedFiles()) {
    const known = new Set((await findingsIn(path, before)).map(({ digest }) => digest));
    found.push(...(await findingsIn(path, bytes)).filter(({ digest }) => !known.has(digest)));
  }
  return found;
}

async function scanAll(isHistory: boolean): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for await (const { path, bytes } of isHistory ? everyVersion() : workingTree())
    found.push(...(await findingsIn(path, bytes)));
  return found;
}

const UTF_16_MARK = Buffer.from([0xff, 0xfe]);
// A file with a zero among its first bytes is binary.
const BYTES_SEARCHED_FOR_ZERO = 8000;

async function findingsIn(path: string, bytes: Buffer): Promise<readonly Finding[]> {
  const isUtf16 = bytes.subarray(0, 2).equals(UTF_16_MARK);
  if (!isUtf16 && bytes.subarray(0, BYTES_SEARCHED_FOR_ZERO).includes(0)) return [];
  const text = bytes.toString(isUtf16 ? 'utf16le' : 'utf8');
  const found = [...(await findSecrets(text, path)), ...(await findKnownFormats(text, path))];
  const byLine = new Map<number, Finding>();
  for (const { rule, index } of found) {
    const start = text.lastIndexOf('\n', index - 1) + 1;
    if (byLine.has(start)) continue;
    const end = text.indexOf('\n', index);
    const content = text.slice(start, end < 0 ? text.length : end).trim();
    const digest = createHash('sha256').update(content).digest('hex');
    const line = text.slice(0, start).split('\n').length;
    byLine.set(start, { path, line, rule, digest });
  }
  return [...byLine.values()].toSorted((a, b) => a.line - b.line);
}

// Every format of the preset contains one of these. Loading the preset is slow, so most texts never load it.
const KEYWORDS =
  /secret_?access_?key|private_key_id|x-oauth-basic|_authToken|npm_|xox[a-z]-|xapp-|hooks\.slack\.com|T3BlbkFJ|sk-ant-|gsk_|hf_|lin_api_|ntn_|\bSG\.|shp(?:at|ca|pa|ss)_|gh[oprsu]_|github_pat_|glpat-|glc_|glsa_|ops_ey|\bhv[brs]\.|\bvc[aikpr]_|dapi[a-f\d]|dckr_pat_|figd_|\bcf(?:ut|at|k)_|tskey-/i;

// A comment in a scanned file could switch rules off. The other rules are covered by findSecrets(), in more forms.
const LEFT_OUT =
  /-rule-(?:filter-comments|privatekey|basicauth|database-connection-string|stripe)$/;

/** The formats of secretlint, a development dependency. */
async function findKnownFormats(text: string, path: string): Promise<readonly Found[]> {
  if (!KEYWORDS.test(text)) return [];
  const [{ lintSource }, { rules }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const chosen = rules.filter(({ meta }) => !LEFT_OUT.test(meta.id));
  const ext = path.replace(/^.*(?=\.)/, '');
  const { messages } = await lintSource({
    source: { filePath: path, content: text, contentType: 'text', ext },
    options: {
      locale: 'en',
      maskSecrets: true,
      noPhysicFilePath: true,
      config: { rules: chosen.map((rule) => ({ id: rule.meta.id, rule, options: {} })) },
    },
  });
  return messages.map(({ ruleId, range }) => ({
    rule: ruleId.replace('@secretlint/secretlint-rule-', ''),
    index: range[0],
  }));
}

/** A line that a developer accepted: it has no secret, or one that was revoked. */
interface Accepted {
  readonly path: string;
  readonly rule: string;
  readonly digest: string;
  readonly reason: string;
  // After this day the line is a finding again, so that each exception is reviewed.
  readonly until: string;
}

const BASELINE = join(ROOT, 'security/secret-baseline.json');
const DAYS_ACCEPTED = 180;
const DAY_MS = 86_400_000;
const SHORTEST_REASON = 10;

function readBaseline(): readonly Accepted[] {
  return (JSON.parse(readFileSync(BASELINE, 'utf8')) as { accepted: Accepted[] }).accepted;
}

function isAccepted(
  { path, rule, digest }: Finding,
  accepted: readonly Accepted[],
  today: string,
): boolean {
  return accepted.some(
    (one) => one.path === path && one.rule === rule && one.digest === digest && one.until >= today,
  );
}

async function acceptLine(place: string, reason: string): Promise<string | undefined> {
  const [, path = '', line] = /^(.+):(\d+)$/.exec(place) ?? [];
  if (path === '') return 'Name the line: --accept <file>:<line>.';
  const found = await findingsIn(path, readFileSync(join(ROOT, path)));
  const findings = found.filter((finding) => finding.line === Number(line));
  if (findings.length === 0) return 'There is no finding on that line.';
  if (reason.trim().length < SHORTEST_REASON) return 'Say why in a sentence: --reason "...".';
  const until = new Date(Date.now() + DAYS_ACCEPTED * DAY_MS).toISOString().slice(0, 10);
  const added = findings.map(({ rule, digest }) => ({ path, rule, digest, reason, until }));
  const accepted = [...readBaseline(), ...added];
  writeFileSync(BASELINE, `${JSON.stringify({ accepted }, null, 2)}\n`);
  return undefined;
}

interface Content {
  readonly path: string;
  readonly bytes: Buffer;
}

const MOST_OUTPUT = 1024 ** 3;
const SYMBOLIC_LINK = '120000';

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

/** The staged bytes of each changed file, which the file on disk may no longer have, and the bytes before. */
async function* stagedFiles(): AsyncGenerator<Content & { readonly before: Buffer }> {
  const args = ['diff', '--cached', '--raw', '-z', '--no-abbrev', '--no-renames', baseCommit()];
  const parts = git(...args).split('\0');
  const changes: { path: string; ids: [string, string] }[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, mode = '', before = '', after = '', status] = (parts[at] ?? '').split(' ');
    if (status === 'D' || mode === SYMBOLIC_LINK) continue;
    changes.push({ path: parts[at + 1] ?? '', ids: [before, after] });
  }
  const blobs = readBlobs(changes.flatMap(({ ids }) => ids));
  for (const { path } of changes) {
    const [before, after] = [await blobs.next(), await blobs.next()];
    yield { path, bytes: after.value ?? Buffer.alloc(0), before: before.value ?? Buffer.alloc(0) };
  }
}

// Before the first commit the base is the empty tree.
function baseCommit(): string {
  const head = spawnSync('git', ['rev-parse', '--quiet', '--verify', 'HEAD'], { cwd: ROOT });
  return head.status === 0 ? 'HEAD' : git('hash-object', '-t', 'tree', '--stdin').trim();
}

/** Each version of each file that a branch or tag leads to: a deleted secret has leaked too. */
async function* everyVersion(): AsyncGenerator<Content> {
  const objects = [...git('rev-list', '--objects', '--all').matchAll(/^(\S+) (.+)$/gm)];
  const blobs = readBlobs(objects.map(([, id = '']) => id));
  for (const [, , path = ''] of objects) {
    const { value } = await blobs.next();
    if (value) yield { path, bytes: value };
  }
}

// The blobs with these ids, in their order, from one process. Nothing for an object that is not a blob.
async function* readBlobs(ids: readonly string[]): AsyncGenerator<Buffer | undefined, undefined> {
  const child = spawn('git', ['cat-file', '--batch'], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(ids.map((id) => `${id}\n`).join(''));
  let kept = Buffer.alloc(0);
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const readMore = async (): Promise<void> => {
    const { done, value } = await chunks.next();
    if (done) throw new Error('git cat-file ended before its answer did.');
    kept = Buffer.concat([kept, value]);
  };
  for (let left = ids.length; left > 0; left -= 1) {
    while (!kept.includes('\n')) await readMore();
    const [, type = '', size = ''] = kept.subarray(0, kept.indexOf('\n')).toString().split(' ');
    kept = kept.subarray(kept.indexOf('\n') + 1);
    // `<id> missing`: an added file has no object before, and a deleted one none after.
    if (size === '') {
      yield undefined;
      continue;
    }
    const parts = [kept];
    for (let have = kept.length; have <= Number(size); have += kept.length) {
      kept = Buffer.alloc(0);
      await readMore();
      parts.push(kept);
    }
    const whole = Buffer.concat(parts);
    kept = whole.subarray(Number(size) + 1);
    yield type === 'blob' ? whole.subarray(0, Number(size)) : undefined;
  }
  return undefined;
}

function git(...args: readonly string[]): string {
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: MOST_OUTPUT, input: '' } as const;
  const { status, stdout, stderr } = spawnSync('git', args, options);
  if (status !== 0) throw new Error(`git ${args[0]} failed: ${stderr}`);
  return stdout;
}

const problem = await main();
if (problem !== undefined) process.stderr.write(`${problem}\n`);
process.exitCode = problem === undefined ? 0 : 1;
