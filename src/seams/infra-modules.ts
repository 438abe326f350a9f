import type { Entry } from '../plan/project.ts';
import { identifierOf } from './identifier.ts';
import { type Seam, bracketed, header } from './seam.ts';

const importLine = (entry: Entry): string =>
  `import { ${identifierOf(entry, 'infra')} } from './modules/${entry.instance.module}.ts';`;

/** What the modules ask of the cloud. It is there when the module `infra` is. */
export const infraModules: Seam = {
  path: 'infra/modules.ts',
  takes: (entry) => entry.generator.registers.infra !== undefined,
  compose: (entries, packageSpec) =>
    header(packageSpec) +
    ["import type { Contribution } from './components/contribution.ts';", ...entries.map(importLine)].join(
      '\n',
    ) +
    '\n\n' +
    bracketed(
      'export const contributions: readonly Contribution[] = ',
      '[',
      entries.map((entry) => identifierOf(entry, 'infra')),
      ']',
    ),
  holds: (text, entry) => text.includes(`'./modules/${entry.instance.module}.ts'`),
  lines: (entry) => [
    importLine(entry),
    `${identifierOf(entry, 'infra')}, (in the array \`contributions\`)`,
  ],
};
