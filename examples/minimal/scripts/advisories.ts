import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { outputOf, runCommand } from './command.ts';
import { installedParts } from './lockfile.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** A known vulnerability of a locked package. */
export interface Advisory {
  readonly id: string;
  readonly package: string;
}

const LEVELS = ['info', 'low', 'moderate', 'high', 'critical'] as const;
type Level = (typeof LEVELS)[number];

// Anyone can write an advisory. Only these two fields are taken, and only in this form. (SUPPLY-3)
const ID = /\/(?<id>GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})$/;
const PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;

/** The advisories of this level and above in the output of `npm audit --json`. */
export function advisoriesIn(output: string, from: Level): Advisory[] {
  const byId = new Map<string, Advisory>();
  for (const { via } of Object.values(vulnerabilitiesIn(output))) {
    for (const source of Array.isArray(via) ? via : []) {
      const advisory = advisoryOf(source, from);
      if (advisory !== undefined) byId.set(advisory.id, advisory);
    }
  }
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

// An unreachable registry must not read as a clean result. (SUPPLY-3)
function vulnerabilitiesIn(output: string): Readonly<Record<string, { readonly via?: unknown }>> {
  try {
    const { vulnerabilities } = JSON.parse(output);
    if (vulnerabilities) return vulnerabilities;
  } catch {
    // Its text is not shown: it may come from an attacker.
  }
  throw new Error('npm audit did not get an answer.');
}

// A string names a package that is only affected through another one.
function advisoryOf(source: unknown, from: Level): Advisory | undefined {
  const { url, severity, name } = Object(source) as Record<string, unknown>;
  if (LEVELS.indexOf(severity as Level) < LEVELS.indexOf(from)) return undefined;
  const id = ID.exec(String(url))?.groups?.['id'];
  const known = typeof name === 'string' && PACKAGE.test(name) ? name : 'a package';
  return id === undefined ? undefined : { id, package: known };
}

export function issueFor({ id, package: name }: Advisory) {
  return {
    title: `Critical advisory ${id} in ${name}`,
    body: [
      `https://github.com/advisories/${id}`,
      '',
      `The lockfile has this package: \`npm ls ${name}\` shows through which. If a bot has opened a pull request, review that one first.`,
      'If the fix is younger than the release age: playbooks/a-fix-younger-than-the-delay.md.',
      '',
      'Close this issue once the lockfile no longer has the package, or with the reason why it does no harm here.',
    ].join('\n'),
  };
}

function main(): void {
  const { values } = parseArgs({ options: { 'open-issues': { type: 'boolean' } } });
  const found = new Map<string, Advisory>();
  for (const { folder } of installedParts(ROOT)) {
    // npm audit exits with 1 both for a finding and for a failed request, so only its output counts.
    const { stdout } = runCommand('npm', ['audit', '--json', '--package-lock-only'], folder);
    for (const advisory of advisoriesIn(stdout, 'critical')) found.set(advisory.id, advisory);
  }
  for (const advisory of found.values()) {
    process.stdout.write(`${advisory.id}  ${advisory.package}\n`);
    if (values['open-issues']) openIssueOnce(advisory);
  }
  process.exitCode = found.size > 0 && !values['open-issues'] ? 1 : 0;
}

// A closed issue is a decision, so it is not opened again.
function openIssueOnce(advisory: Advisory): void {
  const search = ['issue', 'list', '--state', 'all', '--search', `${advisory.id} in:title`];
  const known = outputOf('gh', [...search, '--json', 'number'], ROOT);
  if ((JSON.parse(known) as unknown[]).length > 0) return;
  const { title, body } = issueFor(advisory);
  outputOf('gh', ['issue', 'create', '--title', title, '--body', body], ROOT);
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
