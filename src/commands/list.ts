import { existsSync } from 'node:fs';
import type { Catalogue } from '../catalogue.ts';
import { recoverCrashed } from '../commit/journal.ts';
import { openProject } from '../operations/open-project.ts';
import type { ModuleInstance } from '../plan/project.ts';
import { presets } from '../presets.ts';
import { MANIFEST } from '../project/manifest.ts';
import { shippedCatalogue } from '../shipped.ts';
import { style } from '../terminal/style.ts';
import { readArguments } from './arguments.ts';
import { printJson } from './print.ts';
import { spellingOf } from './variant.ts';
import type { Command } from './command.ts';

/** `create-secure-app list` */
export const listCommand: Command = async (argv) => {
  const { flags } = readArguments(argv);
  const catalogue = await shippedCatalogue();
  await recoverCrashed('.');
  const modules = existsSync(MANIFEST)
    ? openProject('.', catalogue).manifest.project.modules
    : undefined;
  if (flags.json) printJson(asJson(catalogue, modules));
  else process.stdout.write(screen(catalogue, modules));
  return 0;
};

function screen(catalogue: Catalogue, modules: readonly ModuleInstance[] | undefined): string {
  const generators = [...catalogue.generators.values()].map((generator) => [
    `${spellingOf(generator)}${generator.named ? ' <name>' : ''}`,
    generator.summary,
  ]);
  const named = Object.entries(presets).map(([name, { summary }]) => [`--preset ${name}`, summary]);
  return [
    style('bold', 'Generators'),
    ...table(generators),
    '',
    style('bold', 'Presets'),
    ...table(named),
    ...(modules
      ? ['', style('bold', 'In this project'), ...modules.map(({ module }) => `  ${module}`)]
      : []),
    '',
  ].join('\n');
}

function table(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([first = '']) => first.length));
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}  ${second}`);
}

function asJson(catalogue: Catalogue, modules: readonly ModuleInstance[] | undefined): unknown {
  return {
    generators: [...catalogue.generators.values()].map(
      ({ id, variantOf, summary, kind, named, requires, controls }) => ({
        id,
        ...(variantOf && { variantOf }),
        summary,
        kind,
        named: named !== undefined,
        requires,
        controls,
      }),
    ),
    presets: Object.fromEntries(
      Object.entries(presets).map(([name, preset]) => [name, preset.answers]),
    ),
    ...(modules ? { modules } : {}),
  };
}
