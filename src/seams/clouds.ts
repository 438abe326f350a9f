import type { Entry } from '../plan/project.ts';
import { identifierOf } from './identifier.ts';
import { type Seam, bracketed, header } from './seam.ts';

/** An index of one thing each that modules of clouds export under one name: what opens it, and what of it is reached. */
interface Opened {
  readonly path: string;
  /** The identifier that is exported, by the module and by the index alike. */
  readonly list: string;
  /** Which file of the module exports it. */
  readonly file: string;
  readonly type: string;
  readonly typeFrom: string;
  /** From the folder of the index to that of the modules. */
  readonly modules: string;
}

function openedBy({ path, list, file, type, typeFrom, modules }: Opened): Seam {
  const nameOf = (entry: Entry) => identifierOf(entry, 'cloud');
  const from = (entry: Entry) => `'${modules}/${entry.instance.module}/${file}'`;
  const importLine = (entry: Entry) => `import { ${nameOf(entry)} } from ${from(entry)};`;
  return {
    path,
    takes: (entry) => entry.generator.registers.cloud !== undefined,
    compose: (entries, packageSpec) =>
      header(packageSpec) +
      [`import type { ${type} } from '${typeFrom}';`, ...entries.map(importLine)].join('\n') +
      '\n\n' +
      bracketed(`export const ${list}: readonly ${type}[] = `, '[', entries.map(nameOf), ']'),
    holds: (text, entry) => text.includes(from(entry)),
    lines: (entry) => [importLine(entry), `${nameOf(entry)}, (in the array \`${list}\`)`],
  };
}

/** Where keys, secrets and anchors may be kept besides a folder. */
export const storeKinds = openedBy({
  path: 'services/api/store-kinds.ts',
  list: 'storeKinds',
  file: 'stores.ts',
  type: 'StoreKind',
  typeFrom: './stores.ts',
  modules: './modules',
});

/** The same for operators' commands, which change them: no service imports this. */
export const changedStoreKinds = openedBy({
  path: 'services/api/commands/store-kinds.ts',
  list: 'storeKinds',
  file: 'changed-stores.ts',
  type: 'ChangedStoreKind',
  typeFrom: './stores.ts',
  modules: '../modules',
});

/** How mail leaves besides into a folder. It is there when the module `mail` is. */
export const mailerKinds = openedBy({
  path: 'services/api/mailer-kinds.ts',
  list: 'mailerKinds',
  file: 'mailer.ts',
  type: 'MailerKind',
  typeFrom: './modules/mail/open-mailer.ts',
  modules: './modules',
});

/** How a login may prove who it is besides with the password of a file. */
export const databaseSignIns = openedBy({
  path: 'services/api/database-sign-ins.ts',
  list: 'databaseSignIns',
  file: 'database-sign-in.ts',
  type: 'DatabaseSignIn',
  typeFrom: './open-database.ts',
  modules: './modules',
});
