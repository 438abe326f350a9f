/** Lockfiles are names and digests by the thousand, and have rules of their own. */
export const NOT_A_LOCKFILE =
  /^(?!.*(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock)$)/;
