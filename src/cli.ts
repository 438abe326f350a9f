import { HELP } from './commands/help.ts';

/** Inlined by the build, so that asking for the version loads nothing else. */
declare const PACKAGE_VERSION: string;

/** The oldest Node this package runs on. Checked before anything is loaded that an older one could not read. */
const OLDEST_NODE = [20, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const argv = process.argv.slice(2);

if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  process.stderr.write(
    `create-secure-app needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}: install a newer one.\n`,
  );
  process.exit(4);
} else if (argv[0] === '--version' || argv[0] === '-v') {
  process.stdout.write(`${PACKAGE_VERSION}\n`);
} else if (
  argv[0] === 'help' ||
  argv.some((argument) => argument === '--help' || argument === '-h')
) {
  process.stdout.write(HELP);
} else {
  const { run } = await import('./commands/run.ts');
  process.exit(await run(argv));
}
