import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Examine, Finding } from './finding.ts';

// What keeps a bad release out at the next install. (SUPPLY-1)
const SETTINGS = [
  'save-exact',
  'strict-allow-scripts',
  'allow-git',
  'allow-remote',
  'allow-file',
  'min-release-age',
];

/** Whether npm obeys `.npmrc`: an older one ignores what it does not know, and the environment overrules it. */
export const npmSettings: Examine = (root) => {
  const written = settingsOf(join(root, '.npmrc'));
  const missing = SETTINGS.filter((name) => !written.has(name));
  if (missing.length > 0) {
    const says = `.npmrc no longer sets ${missing.join(', ')}.`;
    return [{ says, mend: 'git checkout -- .npmrc' }];
  }
  // The shell finds npm under each system's own name for it; nothing in the command comes from outside.
  const npm = spawnSync('npm config list --json', { cwd: root, shell: true, encoding: 'utf8' });
  if (npm.status !== 0) return [{ says: 'npm does not run here.', mend: 'node --version' }];
  const effective = JSON.parse(npm.stdout) as Record<string, unknown>;
  return [...written].flatMap(([name, value]) => overruled(name, value, effective, npm.stderr));
};

function settingsOf(file: string): Map<string, string> {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const lines = text.split('\n').filter((line) => /^[a-z-]+=/.test(line));
  return new Map(lines.map((line) => line.trim().split('=', 2) as [string, string]));
}

export function overruled(
  name: string,
  value: string,
  effective: Readonly<Record<string, unknown>>,
  warnings: string,
): Finding[] {
  if (warnings.includes(`Unknown project config "${name}"`)) {
    const says = `This npm does not know ${name}, which .npmrc relies on.`;
    return [{ says, mend: 'install the newest Node 24 with the npm that comes with it' }];
  }
  if (String(effective[name]) === value) return [];
  const says = `npm runs with another ${name} than .npmrc says: the environment or a flag overrules it.`;
  return [{ says, mend: `unset npm_config_${name.replaceAll('-', '_')}` }];
}
