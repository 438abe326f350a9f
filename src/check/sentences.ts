import type { Checked, Gap, Missed } from './check.ts';

/** What each gap means, by how many and which. */
const GAPS: Readonly<Record<Gap, (missed: Missed) => string>> = {
  binary: ({ count }) => `${files(count)} without text ${were(count)} not judged.`,
  'too-large': (missed) =>
    `${listed(missed)}: larger than a megabyte (a lockfile: eight), and not judged.`,
  link: (missed) =>
    `${listed(missed)}: a symbolic link, and not followed; what it points to is judged where it lies.`,
  outside: (missed) =>
    `${listed(missed)}: behind a folder that leads out of the project, and not read.`,
  unreadable: (missed) => `${listed(missed)}: could not be read, so nothing is said about it.`,
  special: (missed) =>
    `${listed(missed)}: no file (a pipe, a device, or another repository), and not read.`,
  gone: (missed) => `${listed(missed)}: gone before it could be read.`,
  failed: (missed) =>
    `${listed(missed)}: judging it failed, so nothing is said about it; report that as a fault.`,
  unparsed: (missed) =>
    `${listed(missed)}: does not parse as JavaScript or TypeScript, and was judged as text only.`,
  closed: (missed) =>
    `${listed(missed)}: a folder that cannot be opened or lies too deep, and was not entered.`,
  'too-many': () =>
    'There are more files than are judged at once; the rest was left out: name a folder within.',
};

/** What was judged, and what was not: a report that left that out would promise more than it knows. */
export function sentencesOn(checked: Checked): string[] {
  const { judged, listedBy, ours, gaps, languages, otherLocks } = checked;
  const which =
    listedBy === 'git' ? 'that git knows or would add' : 'that no .gitignore leaves out';
  const missed = Object.entries(gaps) as [Gap, Missed][];
  const byExtension = Object.entries(languages).sort(([a], [b]) => (a < b ? -1 : 1));
  const unread = byExtension.reduce((sum, [, count]) => sum + count, 0);
  return [
    `${files(judged)} judged, of those ${which}.`,
    ours
      ? 'The controls were checked against secure-app.json and security/controls.'
      : 'This is no project of create-secure-app (it has no secure-app.json), so no control was checked: only what is wrong anywhere.',
    ...missed.map(([gap, some]) => GAPS[gap](some)),
    ...(unread > 0
      ? [
          `${files(unread)} in languages that are not parsed (${byExtension.map(([name, count]) => `${name} ${count}`).join(', ')}) ${were(unread)} searched as text: for secrets and for what is not pinned.`,
        ]
      : []),
    ...(otherLocks.length > 0
      ? [
          `The entries of ${otherLocks.slice(0, 5).join(', ')} were not judged: only npm's lockfile is.`,
        ]
      : []),
  ];
}

/** `2 findings of 1 rule in 2 files, and 3 accepted.` */
export function countsOf({ found, accepted }: Checked): string {
  const rules = new Set(found.map(({ finding }) => finding.rule)).size;
  const places = new Set(found.map(({ finding }) => finding.file)).size;
  const kept = accepted.length > 0 ? `; ${accepted.length} accepted with a reason` : '';
  if (found.length === 0) return `No findings${kept}.`;
  return `${counted(found.length, 'finding')} of ${counted(rules, 'rule')} in ${counted(places, 'file')}${kept}.`;
}

function listed({ count, names }: Missed): string {
  const more = count > names.length ? ` and ${count - names.length} more` : '';
  return `${names.join(', ')}${more}`;
}

function files(count: number): string {
  return counted(count, 'file');
}

function were(count: number): string {
  return count === 1 ? 'was' : 'were';
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
