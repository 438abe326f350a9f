import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Control } from '../controls.ts';
import { EXIT, UserError } from '../errors.ts';
import { style } from '../terminal/style.ts';
import { readArguments } from './arguments.ts';
import { printJson } from './print.ts';
import type { Command } from './command.ts';

/** Where a project says how it holds a control. */
interface Evidence {
  readonly module: string;
  readonly claim: string;
  readonly code: readonly string[];
  readonly tests: readonly string[];
}

/** `create-secure-app explain <control>` */
export const explainCommand: Command = async (argv) => {
  const { positionals, flags } = readArguments(argv);
  // The specification is an eighth of the code that every other command would have to read past.
  const { controls } = await import('../controls.ts');
  const control = controls.get((positionals[0] ?? '').toUpperCase());
  if (!control) {
    throw new UserError(
      'E_CONTROL',
      EXIT.usage,
      'There is no control of that id.',
      `There are: ${[...controls.keys()].join(', ')}.`,
    );
  }
  const evidence = evidenceIn('security/controls', control.id);
  if (flags.json) printJson({ ...control, evidence });
  else process.stdout.write(screen(control, evidence));
  return 0;
};

function evidenceIn(folder: string, id: string): Evidence[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => {
      const shard = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        module: string;
        controls: (Omit<Evidence, 'module'> & { id: string })[];
      };
      return shard.controls
        .filter((row) => row.id === id)
        .map((row) => ({ ...row, module: shard.module }));
    });
}

function screen(control: Control, evidence: readonly Evidence[]): string {
  return [
    style('bold', `${control.id}  ${control.title}`),
    '',
    `Must     ${control.must}`,
    `Proof    ${control.proof}`,
    `Supports ASVS 5.0.0 ${control.asvs.join(', ')}; PCI DSS 4.0.1 ${control.pci.join(', ')}`,
    ...evidence.flatMap(({ module, claim, code, tests }) => [
      '',
      style('bold', `Here, in ${module}`),
      claim,
      `code     ${code.join(', ')}`,
      `tests    ${tests.join(', ')}`,
    ]),
    '',
  ].join('\n');
}
