import type { Found } from './secret-shapes/known-keys.ts';
import { findKnownKeys } from './secret-shapes/known-keys.ts';
import { findProviderTokens } from './secret-shapes/provider-patterns.ts';
import { findRandomValues } from './secret-shapes/random-values.ts';
import { findWrittenOut } from './secret-shapes/written-out.ts';

export type { Found } from './secret-shapes/known-keys.ts';

const SOURCE_FILE = /\.(?:[cm]?[jt]sx?|py|go|rb|java|kt|cs|php|rs|swift|scala|cedar)$/;
const CONFIGURATION =
  /(?:^|\/)(?:[^/]*\.(?:ya?ml|toml|ini|conf|cfg|properties|sh|json|tf|tfvars|hcl|cnf|plist|ps1|bat|service)|\.env[^/]*|\.npmrc|\.pypirc|\.s3cfg|\.boto|credentials|Dockerfile[^/]*)$/;
const OF_TESTS = /(?:^|\/)(?:tests?|__tests__|fixtures)\/|[.-](?:test|spec)\.[cm]?[jt]sx?$/;
// Names and digests by the thousand, with rules of their own.
const LOCKFILE =
  /(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|\.cdx\.json)$/;

/**
 * What in a text has the shape of a secret: by its own form, by a name before it, or by being drawn at random. Needs no
 * package, and takes time in proportion to the text, whatever the text is: a stranger may have written it. (SUPPLY-6)
 */
export async function findSecrets(text: string, path = ''): Promise<readonly Found[]> {
  if (LOCKFILE.test(path)) return [];
  const kind = {
    isSource: SOURCE_FILE.test(path),
    isConfiguration: CONFIGURATION.test(path),
    isTest: OF_TESTS.test(path),
  };
  const tokens = await findProviderTokens(text);
  const found = [
    ...findKnownKeys(text),
    ...tokens.map(({ id, index }) => ({ rule: id, index })),
    ...findWrittenOut(text, kind),
    ...findRandomValues(text, kind),
  ];
  return found.toSorted((a, b) => a.index - b.index);
}
