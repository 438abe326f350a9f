/**
 * Files that production loads: no lockfiles, which have rules of their own, and no tests. An attack test has to write
 * the attack down. Only the project's own test folder and that of its infrastructure count: a module may be called `tests`.
 */
export const SHIPPED =
  /^(?!(?:infra\/)?tests?\/|.*(?:[.-](?:test|spec|e2e)\.[cm]?[jt]sx?$|(?:^|\/)(?:playwright|vitest|jest|cypress)\.config\.[cm]?[jt]s$|(?:^|\/)__tests__\/|(?:package-lock|npm-shrinkwrap)\.json$|pnpm-lock\.yaml$|yarn\.lock$))/;
