/** What is known to be wrong with a package that is locked. */
export interface Advisory {
  readonly id: string;
  readonly package: string;
}

export const LEVELS = ['info', 'low', 'moderate', 'high', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

// An advisory is written by strangers. Of all it says these two are taken, and nothing that has another form.
const ID = /\/(?<id>GHSA(?:-[23456789cfghjmpqrvwx]{4}){3})$/;
const PACKAGE = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;

/** The advisories in what `npm audit --json` says, from a level on; throws where it says something else. (SUPPLY-3) */
export function advisoriesIn(answer: string, from: Level): Advisory[] {
  const vulnerabilities = vulnerabilitiesIn(answer);
  // A registry that cannot be asked is no registry that knows of nothing.
  if (vulnerabilities === undefined) {
    throw new Error('npm audit did not get an answer.');
  }
  const found = new Map<string, Advisory>();
  for (const { via } of Object.values(vulnerabilities) as { via?: unknown }[]) {
    for (const source of Array.isArray(via) ? via : []) {
      const advisory = advisoryOf(source, from);
      if (advisory !== undefined) found.set(advisory.id, advisory);
    }
  }
  return [...found.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function vulnerabilitiesIn(answer: string): object | undefined {
  try {
    const { vulnerabilities } = JSON.parse(answer) as { vulnerabilities?: unknown };
    return typeof vulnerabilities === 'object' && vulnerabilities !== null
      ? vulnerabilities
      : undefined;
  } catch {
    return undefined;
  }
}

// A package that is only affected through another is named by a string.
function advisoryOf(source: unknown, from: Level): Advisory | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const { url, severity, name } = source as Record<string, unknown>;
  if (LEVELS.indexOf(severity as Level) < LEVELS.indexOf(from)) return undefined;
  const id = ID.exec(String(url))?.groups?.['id'];
  const known = typeof name === 'string' && PACKAGE.test(name) ? name : 'a package';
  return id === undefined ? undefined : { id, package: known };
}

export interface Issue {
  readonly title: string;
  readonly body: string;
}

export function issueFor({ id, package: name }: Advisory): Issue {
  return {
    title: `Critical advisory ${id} in ${name}`,
    body: [
      `https://github.com/advisories/${id}`,
      '',
      `It is in the lock, by way of \`npm ls ${name}\`. If a bot has opened a pull request, review that one first.`,
      'If the fix is younger than the release age: playbooks/a-fix-younger-than-the-delay.md.',
      '',
      'Close this once the lock no longer has it, or with the reason why it does no harm here.',
    ].join('\n'),
  };
}
