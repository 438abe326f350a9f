import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { visible } from '../answers/invisible.ts';
import type { Control } from '../controls.ts';
import { EXIT, UserError } from '../errors.ts';
import {
  type JsonObject,
  type JsonValue,
  isObject,
  parseJsonObject,
} from '../project/keyed-json.ts';
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
      const path = `${folder}/${name}`;
      const { module, controls: rows } = parseJsonObject(readFileSync(path, 'utf8'), path);
      return (Array.isArray(rows) ? rows : [])
        .filter((row) => isObject(row) && row['id'] === id)
        .map((row) => evidenceOf(String(module), row as JsonObject));
    });
}

function evidenceOf(module: string, { claim, code, tests, ...rest }: JsonObject): Evidence {
  const list = (value: JsonValue | undefined) => (Array.isArray(value) ? value.map(String) : []);
  return { ...rest, claim: String(claim), code: list(code), tests: list(tests), module };
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
      style('bold', `Here, in ${visible(module)}`),
      visible(claim),
      visible(`code     ${code.join(', ')}`),
      visible(`tests    ${tests.join(', ')}`),
    ]),
    '',
  ].join('\n');
}
