import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT } from './derive/root.ts';
import { accept, isAccepted, readBaseline } from './scan/baseline.ts';
import { history, staged, workingTree } from './scan/contents.ts';
import type { Finding } from './scan/findings.ts';
import { findingsIn } from './scan/findings.ts';

const ADVICE = [
  'Take it out, and out of use if anybody may have seen it: playbooks/rotate-a-secret.md.',
  'If it is no secret, say so: npm run scan -- --accept <file>:<line> --reason "...".',
].join('\n');

const root = fileURLToPath(ROOT);

async function main(): Promise<string | undefined> {
  const { values } = parseArgs({
    options: {
      staged: { type: 'boolean' },
      history: { type: 'boolean' },
      accept: { type: 'string' },
      reason: { type: 'string', default: '' },
    },
  });
  if (values.accept !== undefined) return acceptAt(values.accept, values.reason);
  const found = await search(values);
  const accepted = readBaseline();
  const today = new Date().toISOString().slice(0, 10);
  const open = found.filter((finding) => !isAccepted(finding, accepted, today));
  for (const line of new Set(open.map(lineOf))) process.stdout.write(`${line}\n`);
  if (open.length === 0) return undefined;
  return `${open.length} look like secrets.\n${ADVICE}`;
}

async function search({
  staged: isStaged,
  history: isHistory,
}: {
  staged?: boolean | undefined;
  history?: boolean | undefined;
}): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  if (isStaged) {
    for await (const { path, bytes, before } of staged(root)) {
      // What the last commit has already is no reason to refuse this one; CI tells of it.
      const known = new Set((await findingsIn(path, before)).map(({ digest }) => digest));
      found.push(...(await findingsIn(path, bytes)).filter(({ digest }) => !known.has(digest)));
    }
    return found;
  }
  for await (const { path, bytes } of isHistory ? history(root) : workingTree(root)) {
    found.push(...(await findingsIn(path, bytes)));
  }
  return found;
}

async function acceptAt(place: string, reason: string): Promise<string | undefined> {
  const [, path = '', line] = /^(.+):(\d+)$/.exec(place) ?? [];
  if (path === '') return 'Say where: --accept <file>:<line>.';
  const found = await findingsIn(path, readFileSync(join(root, path)));
  return accept(
    found.filter((finding) => finding.line === Number(line)),
    reason,
    new Date(),
  );
}

function lineOf({ path, line, rule }: Finding): string {
  return `${path}:${line}  ${rule}`;
}

const problem = await main();
if (problem !== undefined) process.stderr.write(`${problem}\n`);
process.exitCode = problem === undefined ? 0 : 1;
