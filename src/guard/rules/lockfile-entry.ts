import type { Rule } from '../rule.ts';

interface Entry {
  readonly integrity?: unknown;
  readonly resolved?: unknown;
  readonly link?: unknown;
  readonly inBundle?: unknown;
}

export const lockfileEntry: Rule = lockfileRule(isVerified);

/**
 * For projects of others: a digest of an older kind still names one tarball, and a lockfile of the first version holds its
 * entries elsewhere.
 */
export const lockfileEntryUnverified: Rule = lockfileRule(isNamed);

function lockfileRule(isSound: (entry: Entry) => boolean): Rule {
  return {
    id: 'lockfile-entry',
    control: 'SUPPLY-1',
    reason:
      'An entry without a SHA-512 digest, or from outside a registry, installs whatever answers at that moment.',
    wayOut: 'Write the lockfile again from the registry, with every digest.',
    files: /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/,
    text: ({ content }) =>
      Object.entries(entriesIn(content))
        .filter(([path, entry]) => /(?:^|\/)node_modules\//.test(path) && !isSound(entry))
        .map(([path]) => Math.max(0, content.indexOf(`${JSON.stringify(path)}:`))),
  };
}

function entriesIn(content: string): Record<string, Entry> {
  try {
    const { packages } = JSON.parse(content) as { packages?: Record<string, Entry> };
    return packages ?? { 'node_modules/': {} };
  } catch {
    return {};
  }
}

/** The tarball of a package in a registry: the digest beside it decides what may be in there. */
const IN_REGISTRY =
  /^https:\/\/[\w.-]{1,253}(?::\d{1,5})?\/(?:[\w.@%~-]{1,214}\/){1,12}-\/[\w.+-]{1,300}\.tgz$/;

/** Any digest, from anywhere but the disk and a repository. `node_modules/` stands for the whole of an old lockfile. */
function isNamed(entry: Entry): boolean {
  return (
    isVerified({ ...entry, integrity: entry.integrity === undefined ? undefined : SOME_SHA512 }) ||
    Object.keys(entry).length === 0
  );
}

const SOME_SHA512 = `sha512-${'A'.repeat(86)}==`;

/** A link is a folder of the project; what is bundled lies inside a package that has its own digest. */
function isVerified({ resolved, integrity, link, inBundle }: Entry): boolean {
  if (link === true) return typeof resolved === 'string' && !/[:@]|^\/|\.\./.test(resolved);
  if (inBundle === true) return resolved === undefined;
  if (resolved !== undefined && (typeof resolved !== 'string' || !IN_REGISTRY.test(resolved)))
    return false;
  return typeof integrity === 'string' && /^sha512-[A-Za-z\d+/]{86}==$/.test(integrity);
}
