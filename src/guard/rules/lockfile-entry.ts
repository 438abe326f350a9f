import type { Rule } from '../rule.ts';

interface Entry {
  readonly integrity?: unknown;
  readonly resolved?: unknown;
  readonly link?: unknown;
  readonly inBundle?: unknown;
}

export const lockfileEntry: Rule = {
  id: 'lockfile-entry',
  control: 'SUPPLY-1',
  reason:
    'An entry without a SHA-512 digest, or with an address of its own, installs whatever answers at that moment.',
  wayOut: 'Write the lockfile again from the registry, without addresses and with every digest.',
  files: /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/,
  text: ({ content }) =>
    Object.entries(entriesIn(content))
      .filter(([path, entry]) => /(?:^|\/)node_modules\//.test(path) && !isVerified(entry))
      .map(([path]) => Math.max(0, content.indexOf(`${JSON.stringify(path)}:`))),
};

function entriesIn(content: string): Record<string, Entry> {
  try {
    const { packages } = JSON.parse(content) as { packages?: Record<string, Entry> };
    return packages ?? { 'node_modules/': {} };
  } catch {
    return {};
  }
}

/** A link is a folder of the project; what is bundled lies inside a package that has its own digest. */
function isVerified(entry: Entry): boolean {
  const { resolved, integrity } = entry;
  if (resolved !== undefined && (typeof resolved !== 'string' || /[:@]|^\/|\.\./.test(resolved)))
    return false;
  if (entry.link === true) return true;
  if (entry.inBundle === true) return resolved === undefined;
  return typeof integrity === 'string' && /^sha512-[A-Za-z\d+/]{86}==$/.test(integrity);
}
