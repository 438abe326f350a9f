import { EXIT, UserError } from '../errors.ts';

export type LockErrorCode =
  'E_LOCK_NOT_IN_SUPERSET' | 'E_LOCK_VERSION' | 'E_LOCK_SUPERSET' | 'E_LOCK_UNSUPPORTED';

/** The lock cannot be cut from the superset. A caller that may run npm can ask npm for it instead. */
export class LockError extends UserError {
  constructor(code: LockErrorCode, message: string) {
    super(
      code,
      EXIT.needsYou,
      message,
      'Run `npm install --package-lock-only` in the project to let npm write the lock.',
    );
    this.name = 'LockError';
  }
}
