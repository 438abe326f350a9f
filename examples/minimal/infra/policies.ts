import { readdirSync, readFileSync } from 'node:fs';

export interface CedarPolicy {
  readonly id: string;
  readonly text: string;
}

export interface CedarSource {
  /** In Cedar's JSON form, which is the one that AWS takes. */
  readonly schema: string;
  readonly policies: readonly CedarPolicy[];
}

export const POLICIES = new URL('../policies/', import.meta.url);

/** The same files that the service judges by and its tests hold to their cases. */
export function readPolicies(folder: URL = POLICIES): CedarSource {
  const files = readdirSync(folder).toSorted();
  if (!files.includes('schema.json')) {
    throw new Error('AWS takes the schema as JSON, and there is none: npm run infra:policies.');
  }
  const schema = readFileSync(new URL('schema.json', folder), 'utf8');
  const namespaces = Object.keys(JSON.parse(schema) as object);
  if (namespaces.length > 1) {
    throw new Error(
      `AWS takes one namespace a policy store, and policies/ has ${namespaces.join(', ')}: set infra:authorization to image or bundle.`,
    );
  }
  return {
    schema,
    policies: files
      .filter((file) => file.endsWith('.cedar'))
      .flatMap((file) => policiesIn(file, readFileSync(new URL(file, folder), 'utf8'))),
  };
}

/** A comment or a string may hold anything; outside of them a policy ends with a semicolon. */
const TOKEN = /\/\/[^\n]*|"(?:[^"\\]|\\.)*"|;|[^;"/]+|\//g;

/** AWS keeps policies one by one, so each has to say what it is called: `@id("tenant-wall")`. */
export function policiesIn(file: string, text: string): readonly CedarPolicy[] {
  const policies: CedarPolicy[] = [];
  let policy = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (!token.startsWith('//')) policy += token;
    if (token !== ';') continue;
    const id = /@id\("([a-z0-9-]+)"\)/.exec(policy)?.[1];
    if (id === undefined) throw new Error(`policies/${file} has a policy without an id.`);
    policies.push({ id, text: policy.trim() });
    policy = '';
  }
  if (policy.trim() !== '') throw new Error(`policies/${file} ends in the middle of a policy.`);
  return policies;
}
