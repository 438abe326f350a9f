import { type Seam, bracketed, header } from './seam.ts';

/** In which order the modules' migrations run; the platform's own come first. */
export const migrationOrder: Seam = {
  path: 'migrations/order.ts',
  takes: (entry) => entry.generator.registers.migrations === true,
  compose: (entries, packageSpec) =>
    header(packageSpec) +
    bracketed(
      'export const migrationOrder: readonly string[] = ',
      '[',
      ['platform', ...entries.map((entry) => entry.instance.module)].map((module) => `'${module}'`),
      ']',
    ),
  holds: (text, entry) => text.includes(`'${entry.instance.module}'`),
  lines: (entry) => [`'${entry.instance.module}', (at the end of the array \`migrationOrder\`)`],
};
