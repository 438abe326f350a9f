import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './derive/root.ts';

// Where node is missing or too old the commit is refused: a guard that cannot look lets nothing by. (SUPPLY-6)
const ON = `#!/bin/sh
# Refuses a commit that adds a secret. \`npm run hooks\` writes this, \`npm run hooks -- --off\` ends it.
cd "$(git rev-parse --show-toplevel)/PREFIX" || exit 1
PATH="$PWD/node_modules/.bin:$PATH" exec node scripts/scan.ts --staged
`;
const OFF = '#!/bin/sh\n# Switched off. `npm run hooks` switches it on.\n';
const OURS = /`npm run hooks`/;
const EXECUTABLE = 0o755;

/** What there is to say, or nothing where all is as it was. A hook that somebody else wrote is never touched. */
function main([flag]: readonly string[]): string | undefined {
  const root = fileURLToPath(ROOT);
  const folder = git(root, 'rev-parse', '--git-path', 'hooks');
  // No repository, so no commit.
  if (folder === undefined) return undefined;
  const file = join(resolve(root, folder), 'pre-commit');
  const current = existsSync(file) ? readFileSync(file, 'utf8') : OFF;
  const below = belowTop(root);
  const on = ON.replace('/PREFIX', below);
  if (current === on && flag !== '--off') return undefined;
  if (!OURS.test(current) || git(root, 'config', '--get', 'core.hooksPath') !== undefined) {
    if (flag === '--missing' || current.includes('scripts/scan.ts --staged')) return undefined;
    return `Your own hooks are left alone. Let ${file} run: node scripts/scan.ts --staged`;
  }
  // Off is what somebody said, and a repository around this one is for others too: a start does not know better.
  if (flag === '--missing' && (existsSync(file) || below !== '')) return undefined;
  mkdirSync(resolve(root, folder), { recursive: true });
  writeFileSync(file, flag === '--off' ? OFF : on);
  chmodSync(file, EXECUTABLE);
  return flag === '--off'
    ? 'Commits are not looked at any more; CI still looks at each push.'
    : 'From now on git refuses a commit that adds a secret (npm run hooks -- --off ends that).';
}

function belowTop(root: string): string {
  const prefix = git(root, 'rev-parse', '--show-prefix') ?? '';
  return prefix === '' ? '' : `/${prefix.replace(/\/$/, '')}`;
}

function git(root: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

const said = main(process.argv.slice(2));
if (said !== undefined) process.stderr.write(`${said}\n`);
