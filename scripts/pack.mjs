import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const SHELL = process.platform === 'win32';

/** The tarball that `npm publish` would send, of dist as it stands. Returns its path. */
export function packInto(root, folder) {
  mkdirSync(folder, { recursive: true });
  const options = ['--silent', '--ignore-scripts', '--pack-destination', folder];
  const said = execFileSync('npm', ['pack', ...options], {
    cwd: root,
    encoding: 'utf8',
    shell: SHELL,
  });
  return join(folder, said.trim().split('\n').at(-1));
}

/** As npm unpacks it, without installing. */
export function unpackInto(tarball, folder) {
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}

/** The host that npm installs from here. */
export function registryHost(root) {
  const said = execFileSync('npm', ['config', 'get', 'registry'], {
    cwd: root,
    encoding: 'utf8',
    shell: SHELL,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return new URL(said.trim()).host;
}
