import { HELP } from './commands/help.ts';
import type * as commands from './commands/run.ts';

/** Inlined by the build, so that asking for the version loads nothing else. */
declare const PACKAGE_VERSION: string;

/**
 * The oldest Node this package runs on. Checked before anything is loaded that an older one could not read: this file
 * imports nothing at its top, is built for Node 12, and awaits nothing outside a function.
 */
const OLDEST_NODE = [20, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const argv = process.argv.slice(2);

if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
  process.stderr.write(
    `create-secure-app needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}: install a newer one.\n`,
  );
  process.exitCode = 4;
} else if (argv[0] === '--version' || argv[0] === '-v') {
  process.stdout.write(`${PACKAGE_VERSION}\n`);
} else if (
  argv[0] === 'help' ||
  argv.some((argument) => argument === '--help' || argument === '-h')
) {
  process.stdout.write(HELP);
} else {
  void import('./commands/run.ts').then(runToEnd, reportDamage);
}

/** Exits on its own: a handle that something left open must not keep the terminal waiting. */
async function runToEnd({ run }: typeof commands): Promise<void> {
  process.exit(await run(argv));
}

/** A package that was copied or unpacked in part lacks a file that this one asks for. */
function reportDamage(): void {
  process.stderr.write(
    'A file of the installed create-secure-app is missing or damaged: install it again.\n',
  );
  process.exitCode = 4;
}
