import { HELP } from './commands/help.ts';
import type * as commands from './commands/run.ts';
import { outputDone, watchOutput } from './terminal/output.ts';

/** Inlined by the build, so that asking for the version loads nothing else. */
declare const PACKAGE_VERSION: string;

/** `EXIT.environment`, spelt here so that this file needs no other part of the package. */
const ENVIRONMENT = 4;

/**
 * The oldest Node this package runs on. Checked before anything is loaded that an older one could not read: this file
 * is bundled on its own, built for Node 12, and awaits nothing outside a function.
 */
const OLDEST_NODE = [20, 19] as const;

const argv = process.argv.slice(2);
watchOutput();
void main().then(end);

async function main(): Promise<number> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    return failed(
      `create-secure-app needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}: install a newer one.`,
    );
  }
  if (argv[0] === '--version' || argv[0] === '-v') return printed(`${PACKAGE_VERSION}\n`);
  if (argv[0] === 'help' || argv.some((argument) => argument === '--help' || argument === '-h'))
    return printed(HELP);
  const loaded = await load();
  if (loaded) return loaded.run(argv);
  return failed(
    'The installed package of create-secure-app is damaged: a part of it is missing or cannot be read.',
    'Install the package again; nothing was written.',
  );
}

/** A part of the package that is missing or cut short shows here, before anything of ours could word it. */
async function load(): Promise<typeof commands | undefined> {
  try {
    return await import('./commands/run.ts');
  } catch {
    return undefined;
  }
}

function printed(text: string): number {
  process.stdout.write(text);
  return 0;
}

function failed(...lines: readonly string[]): number {
  process.stderr.write(`✖ ${lines.join('\n')}\n`);
  return ENVIRONMENT;
}

/** Exits on its own: a handle that something left open must not keep the terminal waiting. */
async function end(code: number): Promise<void> {
  process.exit((await outputDone()) ? code : code || ENVIRONMENT);
}
