/**
 * Files that production loads: no lockfiles, which have rules of their own, and no tests. An attack test has to write
 * the attack down.
 */
export const SHIPPED =
  /^(?!.*(?:[.-](?:test|spec|e2e)\.[cm]?[jt]sx?$|(?:^|\/)(?:playwright|vitest|jest|cypress)\.config\.[cm]?[jt]s$|(?:^|\/)(?:tests?|__tests__|fixtures)\/|(?:package-lock|npm-shrinkwrap)\.json$|pnpm-lock\.yaml$|yarn\.lock$))/;
