import { globSync, readFileSync } from 'node:fs';
import { ROOT } from './derive/root.ts';
import { findingsIn } from './lint-security/judge.ts';

// What runs in a service. Tests write down the attacks that this looks for.
const JUDGED = '{services,platform,migrations}/**/*.{ts,mts,js,mjs}';
const OF_TESTS = /node_modules|\.test\.ts$|\/(?:hostile|testing)\//;

const found = globSync(JUDGED, { cwd: ROOT })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !OF_TESTS.test(path))
  .toSorted()
  .flatMap((path) => findingsIn({ path, text: readFileSync(new URL(path, ROOT), 'utf8') }));

for (const { path, line, rule } of found) {
  process.stdout.write(`${path}:${line}  ${rule.id} (${rule.control})\n  ${rule.says}\n`);
}
process.exitCode = found.length > 0 ? 1 : 0;
