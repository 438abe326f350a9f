// Everything that is pinned, moved in one change and proven again: the packages that emitted projects use, the Actions and
// images of every workflow, and the examples that are made of them. Read the difference before you commit it.
import { spawnSync } from 'node:child_process';

const STEPS = [
  ['superset', '--', '--update'],
  ['pins', '--', '--refresh'],
  ['examples'],
  ['test:examples'],
];

for (const [script, ...flags] of STEPS) {
  console.log(`npm run ${[script, ...flags].join(' ')}`);
  const { status } = spawnSync('npm', ['run', '--silent', script, ...flags], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status === 0) continue;
  console.error(`Stopped at ${script}: mend it, or take back what was moved with git.`);
  process.exit(status ?? 4);
}
