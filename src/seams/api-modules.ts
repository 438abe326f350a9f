import type { Entry } from '../plan/project.ts';
import { identifierOf, importPathOf } from './identifier.ts';
import { type Seam, bracketed, header } from './seam.ts';

const importLine = (entry: Entry): string =>
  `import { ${identifierOf(entry)} } from ${importPathOf(entry, 'api')};`;

/** The other index that the entry is made from, if any. */
function madeFrom({ generator }: Entry): string | undefined {
  const { api } = generator.registers;
  return typeof api === 'object' ? api.madeFrom : undefined;
}

function itemOf(entry: Entry): string {
  const index = madeFrom(entry);
  return index === undefined ? identifierOf(entry) : `${identifierOf(entry)}(${index})`;
}

function importLines(entry: Entry): readonly string[] {
  const index = madeFrom(entry);
  const given = index === undefined ? [] : [`import { ${index} } from './${index}.ts';`];
  return [importLine(entry), ...given];
}

/** Which modules the api serves, in the order they were added. */
export const apiModules: Seam = {
  path: 'services/api/modules.ts',
  takes: (entry) => entry.generator.registers.api !== undefined,
  compose: (entries, packageSpec) =>
    header(packageSpec) +
    [
      "import type { Module } from '@app/platform/service/module';",
      ...entries.flatMap(importLines),
    ].join('\n') +
    '\n\n' +
    bracketed('export const modules: readonly Module[] = ', '[', entries.map(itemOf), ']'),
  holds: (text, entry) => text.includes(importPathOf(entry, 'api')),
  lines: (entry) => [...importLines(entry), `${itemOf(entry)}, (in the array \`modules\`)`],
};
