import type { Entry } from '../plan/project.ts';
import { identifierOf } from './identifier.ts';
import { type Seam, bracketed, header } from './seam.ts';

const importLine = (entry: Entry): string =>
  `import { ${identifierOf(entry)} } from './modules/${entry.instance.module}/index.ts';`;

/** Which modules the api serves, in the order they were added. */
export const apiModules: Seam = {
  path: 'services/api/modules.ts',
  takes: (entry) => entry.generator.registers.api !== undefined,
  compose: (entries, packageSpec) =>
    header(packageSpec) +
    [
      "import type { Module } from '@app/platform/service/module';",
      ...entries.map(importLine),
    ].join('\n') +
    '\n\n' +
    bracketed(
      'export const modules: readonly Module[] = ',
      '[',
      entries.map((entry) => identifierOf(entry)),
      ']',
    ),
  holds: (text, entry) => text.includes(`'./modules/${entry.instance.module}/index.ts'`),
  lines: (entry) => [importLine(entry), `${identifierOf(entry)}, (in the array \`modules\`)`],
};
