/** Drawn by the tests of the infrastructure, with its own packages: `npm run infra:test`. */
export const DRAWING = 'infra/docs/architecture.md';

/**
 * Files that an emitted project computes from what it contains, by `npm run refresh` but for the drawing. They are never
 * emitted; a template folder that was run in place may hold them, and they are left out when it is packed.
 */
export const DERIVED_FILES: readonly string[] = [
  DRAWING,
  'migrations/schema.sql',
  'policies/decision-matrix.txt',
  'services/api/openapi.json',
];
