import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

// Fails closed: where node is missing or too old, the hook refuses the commit. (SUPPLY-6)
const ON = `#!/bin/sh
# Refuses a commit that adds a secret. Written by \`npm run hooks\`, switched off by \`npm run hooks -- --off\`.
cd "$(git rev-parse --show-toplevel)/PREFIX" || exit 1
PATH="$PWD/node_modules/.bin:$PATH" exec node scripts/scan.ts --staged
`;
const OFF = '#!/bin/sh\n# Switched off. `npm run hooks` switches it on.\n';
const WRITTEN_HERE = /`npm run hooks`/;
const EXECUTABLE = 0o755;

/** Installs the pre-commit hook, or switches it off. Returns a message if something changed or needs the user. */
function main([flag]: readonly string[]): string | undefined {
  const folder = git('rev-parse', '--git-path', 'hooks');
  // Without a repository there are no commits.
  if (folder === undefined) return undefined;
  const file = join(resolve(ROOT, folder), 'pre-commit');
  const current = existsSync(file) ? readFileSync(file, 'utf8') : OFF;
  const prefix = prefixInRepository();
  const on = ON.replace('/PREFIX', prefix);
  if (current === on && flag !== '--off') return undefined;
  // Never change a hook that the team wrote.
  if (!WRITTEN_HERE.test(current) || git('config', '--get', 'core.hooksPath') !== undefined) {
    if (flag === '--missing' || current.includes('scripts/scan.ts --staged')) return undefined;
    return `Your own hooks are left alone. Let ${file} run: node scripts/scan.ts --staged`;
  }
  // A start does not undo --off, and does not install a hook for the rest of a larger repository.
  if (flag === '--missing' && (existsSync(file) || prefix !== '')) return undefined;
  mkdirSync(resolve(ROOT, folder), { recursive: true });
  writeFileSync(file, flag === '--off' ? OFF : on);
  chmodSync(file, EXECUTABLE);
  return flag === '--off'
    ? 'Commits are not scanned any more; CI still scans each push.'
    : 'From now on git refuses a commit that adds a secret (npm run hooks -- --off ends that).';
}

function prefixInRepository(): string {
  const prefix = git('rev-parse', '--show-prefix') ?? '';
  return prefix === '' ? '' : `/${prefix.replace(/\/$/, '')}`;
}

function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

const message = main(process.argv.slice(2));
if (message !== undefined) process.stderr.write(`${message}\n`);
