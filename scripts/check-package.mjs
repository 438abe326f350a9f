// What `npm publish` would ship: the bundle and nothing else, within the size we promise.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAX_BYTES = 5 * 1024 * 1024;
const MEANT = [
  /^(package\.json|plop\.js|README\.md|LICENSE)$/,
  /^dist\/(cli|index|plop|chunk-[A-Z0-9]+)\.js$/,
  /^dist\/(templates|superset)\.json$/,
  /^dist\/(THIRD-PARTY-NOTICES\.txt|inputs\.sha256)$/,
  /^dist\/types\/.+\.d\.ts$/,
];
const NEEDED = ['README.md', 'LICENSE', 'dist/cli.js', 'dist/index.js', 'dist/plop.js'];

/** Whoever runs the package installs it and nothing else. */
const INSTALLED_WITH_IT = ['dependencies', 'optionalDependencies', 'peerDependencies'];

const cwd = fileURLToPath(new URL('..', import.meta.url));
const [report] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd,
    encoding: 'utf8',
  }),
);
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const paths = report.files.map(({ path }) => path);
const faults = [
  ...INSTALLED_WITH_IT.filter((list) => list in manifest).map(
    (list) => `package.json has ${list}.`,
  ),
  ...paths
    .filter((path) => !MEANT.some((form) => form.test(path)))
    .map((path) => `${path} is not meant to ship.`),
  ...NEEDED.filter((path) => !paths.includes(path)).map((path) => `${path} is missing.`),
  ...(report.unpackedSize > MAX_BYTES
    ? [`It unpacks to ${report.unpackedSize} bytes, more than ${MAX_BYTES}.`]
    : []),
];
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log(`${paths.length} files, ${(report.unpackedSize / 1e6).toFixed(2)} MB unpacked.`);
