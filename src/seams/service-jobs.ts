import type { Entry } from '../plan/project.ts';
import { identifierOf, importPathOf } from './identifier.ts';
import { type Seam, bracketed, header } from './seam.ts';

const importLine = (entry: Entry): string =>
  `import { ${identifierOf(entry, 'jobs')} } from ${importPathOf(entry, 'jobs')};`;

/** Which jobs the workers do. It is there when the module `jobs` is. */
export const serviceJobs: Seam = {
  path: 'services/api/jobs.ts',
  takes: (entry) => entry.generator.registers.jobs !== undefined,
  compose: (entries, packageSpec) =>
    header(packageSpec) +
    [
      "import type { JobDefinition } from '@app/platform/jobs/jobs';",
      "import type { Services } from '@app/platform/service/module';",
      ...entries.map(importLine),
    ].join('\n') +
    '\n\n' +
    bracketed(
      'export const jobs: readonly JobDefinition<Services>[] = ',
      '[',
      entries.map((entry) => `...${identifierOf(entry, 'jobs')}`),
      ']',
    ),
  holds: (text, entry) => text.includes(importPathOf(entry, 'jobs')),
  lines: (entry) => [
    importLine(entry),
    `...${identifierOf(entry, 'jobs')}, (in the array \`jobs\`)`,
  ],
};
