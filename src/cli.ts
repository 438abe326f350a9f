import { HELP } from './commands/help.ts';
import { outputDone, watchOutput } from './terminal/output.ts';

/** Inlined by the build, so that asking for the version loads nothing else. */
declare const PACKAGE_VERSION: string;

/** `EXIT.environment`, spelt here so that this file needs no other part of the package. */
const ENVIRONMENT = 4;
/** The oldest Node this package runs on. Checked before anything is loaded that an older one could not read. */
const OLDEST_NODE = [20, 19] as const;

const argv = process.argv.slice(2);
watchOutput();
const code = await main();
process.exit((await outputDone()) ? code : code || ENVIRONMENT);

async function main(): Promise<number> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    return failed(
      `create-secure-app needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}.`,
      'Install a newer Node from https://nodejs.org, then run the command again; nothing was written.',
    );
  }
  if (argv[0] === '--version' || argv[0] === '-v') return printed(`${PACKAGE_VERSION}\n`);
  if (argv[0] === 'help' || argv.some((argument) => argument === '--help' || argument === '-h'))
    return printed(HELP);
  const run = await loadRun();
  return (
    run?.(argv) ??
    failed(
      'The installed package of create-secure-app is damaged: a part of it is missing or cannot be read.',
      'Install the package again; nothing was written.',
    )
  );
}

/** A part of the package that is missing or cut short shows here, before anything of ours could word it. */
async function loadRun(): Promise<((argv: readonly string[]) => Promise<number>) | undefined> {
  try {
    return (await import('./commands/run.ts')).run;
  } catch {
    return undefined;
  }
}

function printed(text: string): number {
  process.stdout.write(text);
  return 0;
}

function failed(message: string, wayOut: string): number {
  process.stderr.write(`✖ ${message}\n${wayOut}\n`);
  return ENVIRONMENT;
}
