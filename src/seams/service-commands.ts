import type { Entry } from '../plan/project.ts';
import { type Seam, bracketed, header } from './seam.ts';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

function linesOf({ generator }: Entry): readonly string[] {
  return Object.entries(generator.registers.commands ?? {}).map(
    ([name, from]) => `${keyOf(name)}: () => import('${from}')`,
  );
}

function keyOf(name: string): string {
  return IDENTIFIER.test(name) ? name : `'${name}'`;
}

/** Which commands there are beside the service, each loaded when it is asked for. */
export const serviceCommands: Seam = {
  path: 'services/api/commands.ts',
  takes: (entry) => entry.generator.registers.commands !== undefined,
  compose: (entries, packageSpec) =>
    header(packageSpec) +
    "import type { Commands } from '@app/platform/commands/run';\n\n" +
    bracketed('export const commands: Commands = ', '{', entries.flatMap(linesOf), '}'),
  holds: (text, entry) => linesOf(entry).every((line) => text.includes(line)),
  lines: (entry) => linesOf(entry).map((line) => `${line}, (in the object \`commands\`)`),
};
