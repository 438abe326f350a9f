/**
 * Files that an emitted project computes from what it contains, by `npm run refresh`. They are never emitted; a template
 * folder that was run in place may hold them, and they are left out when it is packed.
 */
export const DERIVED_FILES: readonly string[] = [
  'migrations/schema.sql',
  'policies/decision-matrix.txt',
  'services/api/openapi.json',
];
