// Plain JavaScript without a package: it has to run on an old Node, and before an install.
const OLDEST = [24, 2];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(`Node ${process.versions.node} is too old to run this service.\n`);
  process.stderr.write('  mend: npm ci (it installs the pinned Node)\n');
  process.exitCode = 1;
} else {
  const { main } = await import('./doctor.ts');
  process.exitCode = await main();
}
