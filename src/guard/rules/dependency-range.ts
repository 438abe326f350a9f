import type { Project, Rule } from '../rule.ts';

/** One version and nothing else; a range lets tomorrow's release in unread. */
const EXACT = /^\d+\.\d+\.\d+(?:-[\da-z.-]+)?(?:\+[\da-z.-]+)?$/i;
const EXACT_ALIAS = /^npm:(?:@[\w.-]+\/)?[\w.-]+@(?<version>\S+)$/;

const SECTIONS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'overrides',
  'resolutions',
];

export const dependencyRange: Rule = {
  id: 'dependency-range',
  control: 'SUPPLY-1',
  reason:
    'A range, tag or address installs whatever is published next, and stolen maintainer accounts publish there.',
  wayOut: 'Write the exact version, as the lockfile has it.',
  files: /(?:^|\/)package\.json$/,
  text: ({ content }, project) => {
    const manifest = parse(content);
    if (!manifest) return [];
    const internal = namesIn(project);
    return SECTIONS.flatMap((section) =>
      [...pinsIn(manifest[section])]
        .filter(({ name, spec }) => !internal.has(name) && !isPinned(spec))
        .map(({ name }) => placeOf(content, section, name)),
    );
  },
};

function isPinned(spec: string): boolean {
  return EXACT.test(EXACT_ALIAS.exec(spec)?.groups?.['version'] ?? spec);
}

/** Name and specifier, through nested overrides. `$name` repeats what a dependency says, which is checked there. */
function* pinsIn(section: unknown): Generator<{ name: string; spec: string }> {
  for (const [name, spec] of Object.entries(isRecord(section) ? section : {})) {
    if (typeof spec !== 'string') yield* pinsIn(spec);
    else if (!spec.startsWith('$')) yield { name, spec };
  }
}

/** Packages of the project itself: their version is the checkout. */
function namesIn(project: Project): Set<string> {
  const names = new Set<string>();
  for (const file of project.files) {
    if (!/(?:^|\/)package\.json$/.test(file.path)) continue;
    const name = parse(file.content)?.['name'];
    if (typeof name === 'string') names.add(name);
  }
  return names;
}

function placeOf(content: string, section: string, name: string): number {
  const start = Math.max(0, content.indexOf(`"${section}"`));
  return Math.max(start, content.indexOf(`${JSON.stringify(name)}:`, start));
}

function parse(content: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
