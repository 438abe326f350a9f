// Plain JavaScript: a Node that is too old cannot read the rest.
const OLDEST_MAJOR = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_MAJOR) {
  process.stderr.write(`Node ${process.versions.node} is too old to run this service.\n`);
  process.stderr.write('  mend: npm ci (it brings the pinned Node along)\n');
  process.exitCode = 1;
} else {
  const { main } = await import('./doctor/main.ts');
  process.exitCode = await main();
}
