import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { strictObject } from '@app/platform/http/schemas';

const VERDICTS = ['ALLOW', 'DENY'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface PolicyCase extends Static<typeof Entry> {
  readonly verdict: Verdict;
  readonly module: string;
  /** The file and the claim, as a failing test names the case. */
  readonly name: string;
}

// The sign-in time is missing: a case does not depend on the day on which it is decided.
const Caller = strictObject({
  subject: Type.String(),
  tenant: Type.String(),
  roles: Type.Array(Type.String()),
  acr: Type.Optional(Type.Enum(['urn:app:aal1', 'urn:app:aal2'])),
  scopes: Type.Optional(Type.Array(Type.String())),
  sessionId: Type.Optional(Type.String()),
  confirmationKey: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  risk: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
});
const Resource = strictObject({
  type: Type.String(),
  id: Type.String(),
  attributes: Type.Record(Type.String(), Type.Unknown()),
});
const Entry = strictObject({
  claim: Type.String({ pattern: /\S/ }),
  caller: Caller,
  action: Type.String(),
  resource: Resource,
});

/**
 * Reads `cases/ALLOW/<module>.json` and `cases/DENY/<module>.json` beside each `<module>.cedar`. A file that is not read,
 * or a member that means nothing, would be a refusal that no test checks. (AUTHZ-1)
 *
 * @throws an Error that names the file, and the claim where there is one
 */
export function readPolicyCases(policies: URL): PolicyCase[] {
  const folder = fileURLToPath(policies);
  const modules = globSync('*.cedar', { cwd: folder }).map((file) => file.replace('.cedar', ''));
  const expected = VERDICTS.flatMap((verdict) =>
    modules.toSorted().map((module) => ({ verdict, module, file: `${verdict}/${module}.json` })),
  );
  const read = new Set(expected.map(({ file }) => file));
  for (const file of filesBelow(`${folder}cases`))
    if (!read.has(file)) throw refused(file, 'is not ALLOW/<module>.json or DENY/<module>.json.');
  return expected.flatMap(({ verdict, module, file }) =>
    entriesOf(`${folder}cases`, file).map((entry) => ({
      ...entry,
      verdict,
      module,
      name: `policies/cases/${file}: ${entry.claim}`,
    })),
  );
}

function filesBelow(folder: string): string[] {
  return globSync('**', { cwd: folder, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(folder.length + 1))
    .map((file) => file.replaceAll('\\', '/'));
}

function entriesOf(folder: string, file: string): Static<typeof Entry>[] {
  const entries = parsed(folder, file);
  if (!Array.isArray(entries) || entries.length === 0)
    throw refused(file, 'is not a list of at least one case.');
  const claims = new Set<string>();
  return entries.map((entry: unknown, index) => {
    const claim = claimOf(entry) ?? `case ${index + 1}`;
    if (!Value.Check(Entry, entry))
      throw refused(file, `"${claim}" is not a case: look at ${placeOf(entry)}.`);
    if (claims.has(claim)) throw refused(file, `"${claim}" stands there twice.`);
    claims.add(claim);
    return entry;
  });
}

function parsed(folder: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
  } catch {
    throw refused(file, 'is missing or is not JSON.');
  }
}

function claimOf(entry: unknown): string | undefined {
  const { claim } = Object(entry) as { claim?: unknown };
  return typeof claim === 'string' ? claim : undefined;
}

function placeOf(entry: unknown): string {
  const [first] = Value.Errors(Entry, entry);
  return `${first?.instancePath || 'its members'} (${first?.message ?? 'unclear'})`;
}

function refused(file: string, what: string): Error {
  return new Error(`policies/cases/${file} ${what}`);
}
