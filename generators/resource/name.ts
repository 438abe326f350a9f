import { RESERVED_WORDS } from './words.ts';

/** Files of the module, routes of the service, tables of the platform, and folders that every project has. */
const IN_THE_PROJECT =
  'records routes rows schemas samples drafts store livez readyz session sessions sign-in sign-out development ' +
  'health-checks audit-event role-grant schema-migration owner tenant id';

/** Types that the module's own files import or use, and those that Cedar has: the entity's type would hide them. */
const TYPES =
  'api authorized date draft number page page-query position promise refusal row string tenant-tx type ' +
  'action bool boolean entity extension long record set';

const RESERVED = new Set([IN_THE_PROJECT, TYPES].flatMap((names) => names.split(' ')));

/** PostgreSQL names the indexes of other tables like this, in the namespace that tables are in. */
const INDEX_NAME = /-(?:idx|pkey)$/;

/** Returns the sentence that says why a resource cannot be called that, or undefined. */
export function resourceNameProblem(name: string): string | undefined {
  if (RESERVED_WORDS.has(name.replaceAll('-', '_')))
    return 'The name is a word of SQL or TypeScript, which a table or a type cannot have.';
  if (RESERVED.has(name) || INDEX_NAME.test(name))
    return 'The name is one that a table, a type or a route of the project has already.';
  return undefined;
}
