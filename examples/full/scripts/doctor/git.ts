import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Examine } from './finding.ts';

// Names under which secrets and data arrive; once committed they stay in the history.
const SECRET =
  /(?:^|\/)(?:\.env(?:\.(?!example$).*)?|\.data\/.*|.*\.(?:pem|key|p12|pfx|jks|kdbx)|id_(?:rsa|ecdsa|ed25519))$/;

export const trackedSecrets: Examine = (root) =>
  lines(root, 'ls-files', '-z')
    .filter((path) => SECRET.test(path))
    .map((path) => ({
      says: `${path} is tracked by git: what it holds counts as leaked (playbooks/rotate-a-secret.md).`,
      mend: `git rm --cached ${path}`,
    }));

/** A hook that git skips without a word protects nothing; one from elsewhere was reviewed by nobody here. */
export const gitHooks: Examine = (root) => {
  const [configured] = lines(root, 'config', '-z', '--get', 'core.hooksPath');
  const [folder = ''] =
    configured === undefined
      ? [lines(root, 'rev-parse', '--git-path', 'hooks')[0]?.trim()]
      : [configured];
  const hooks = resolve(root, folder.trim());
  if (configured !== undefined && !existsSync(hooks)) {
    return [
      {
        says: `core.hooksPath names ${configured}, which is not there: no hook runs.`,
        mend: 'git config --unset core.hooksPath',
      },
    ];
  }
  if (folder === '' || !existsSync(hooks)) return [];
  return readdirSync(hooks)
    .filter((name) => /^[a-z-]+$/.test(name) && !isExecutable(join(hooks, name)))
    .map((name) => ({
      says: `The git hook ${name} is not executable, so git skips it.`,
      mend: `chmod +x ${join(hooks, name)}`,
    }));
};

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function lines(root: string, ...args: readonly string[]): string[] {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.split('\0').filter(Boolean) : [];
}
