import type { Entry } from '../plan/project.ts';
import { identifierOf } from './identifier.ts';
import { type Seam, bracketed, header } from './seam.ts';

const nameOf = (entry: Entry): string => identifierOf(entry, 'cloud');
const packageOf = (entry: Entry): string => `'@app/platform/${nameOf(entry)}/cloud'`;
const importOf = (entry: Entry): string => `import { ${nameOf(entry)} } from ${packageOf(entry)};`;

/** The cloud that the service runs in, if any: where its stores are and how it signs in to the database. */
export const cloudIndex: Seam = {
  path: 'services/api/cloud.ts',
  takes: (entry) => entry.generator.registers.cloud !== undefined,
  compose: (entries, packageSpec) => {
    const [entry] = entries;
    return (
      header(packageSpec) +
      "import type { Cloud } from '@app/platform/service/stores';\n" +
      (entry ? `${importOf(entry)}\n` : '') +
      `\nexport const cloud: Cloud | undefined = ${entry ? nameOf(entry) : 'undefined'};\n`
    );
  },
  holds: (text, entry) => text.includes(packageOf(entry)),
  lines: (entry) => [importOf(entry), `${nameOf(entry)} (in place of \`undefined\`)`],
};

const mailerOf = (entry: Entry): string => `'@app/platform/${nameOf(entry)}/open-mailer'`;
const importMailer = (entry: Entry): string =>
  `import { openMailer as ${nameOf(entry)} } from ${mailerOf(entry)};`;
const mailerEntry = (entry: Entry): string => `${nameOf(entry).toUpperCase()}: ${nameOf(entry)}`;

/** How mail leaves besides into a folder. It is there when the module `mail` is. */
export const mailerIndex: Seam = {
  path: 'services/api/mailers.ts',
  takes: (entry) => entry.generator.registers.cloud !== undefined,
  compose: (entries, packageSpec) =>
    header(packageSpec) +
    ["import type { Mailers } from '@app/platform/mail/mail';", ...entries.map(importMailer)].join(
      '\n',
    ) +
    '\n\n' +
    bracketed('export const mailers: Mailers = ', '{', entries.map(mailerEntry), '}'),
  holds: (text, entry) => text.includes(mailerOf(entry)),
  lines: (entry) => [importMailer(entry), `${mailerEntry(entry)}, (in the object \`mailers\`)`],
};
