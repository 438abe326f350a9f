import { spawnSync } from 'node:child_process';

// The whole gate. The fast steps come first.
const STEPS: readonly { name: string; command: string; mend: string }[] = [
  { name: 'format', command: 'prettier --check .', mend: 'npx prettier --write .' },
  { name: 'lint', command: 'oxlint --deny-warnings', mend: 'npx oxlint' },
  { name: 'security', command: 'npm run lint:security', mend: 'npm run lint:security' },
  { name: 'bans', command: 'npm run bans', mend: 'see security/banned-packages.json' },
  { name: 'pins', command: 'npm run pins', mend: 'npm run pins -- --adopt' },
  { name: 'secrets', command: 'npm run scan', mend: 'npm run scan' },
  { name: 'types', command: 'tsc', mend: 'npx tsc' },
  {
    name: 'derived',
    command: 'node scripts/refresh.ts --missing && node scripts/refresh.ts --check',
    mend: 'npm run refresh',
  },
  {
    name: 'policies',
    command: 'node --test test/invariants/policies.test.ts',
    mend: 'see policies/cases',
  },
  { name: 'tests', command: 'npm test', mend: 'npm test' },
  { name: 'processes', command: 'npm run test:processes', mend: 'npm run test:processes' },
];

// A Node before 24.2 does not know import.meta.main, so the commands above would do nothing and pass.
if (!import.meta.main) throw new Error('Node 24.2 or newer is needed.');

const failed: string[] = [];
for (const { name, command, mend } of STEPS) {
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(command, { shell: true, encoding: 'utf8' });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(9)} ${seconds} s\n`);
  if (status === 0) continue;
  failed.push(`${name} (${mend})`);
  process.stdout.write(`${stdout}${stderr}\n`);
}
if (failed.length > 0) process.stderr.write(`Failed: ${failed.join(', ')}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
