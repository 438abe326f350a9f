import { relative } from 'node:path/posix';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

/** Test files of slow proofs that are due, separated by commas: test/ledger/prove.ts names them. */
const DUE = new Set((process.env['PROOFS_DUE'] ?? '').split(','));

/** The size of a proof: full where it is due, and otherwise small, to show that it still works. */
export function sizeOf<T>(testFile: string, sizes: { readonly small: T; readonly full: T }): T {
  return DUE.has(relative(checkout, fileURLToPath(testFile))) ? sizes.full : sizes.small;
}
