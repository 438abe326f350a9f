export { compareByAlphabet } from './alphabet.ts';
export { closeLock } from './close.ts';
export { LockError, type LockErrorCode } from './errors.ts';
export { printLock } from './print.ts';
export type { LockEntry, Lockfile, PackageJson, Project } from './types.ts';
