import type { TestContext } from 'node:test';

/** Sets variables for the duration of one test, to show that they change nothing. */
export function withEnvironment(t: TestContext, variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    t.after(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

/** For a command that a test runs: where programs and what they compile to are, and no setting of whoever runs it. */
export function bareEnvironment(): Record<string, string | undefined> {
  const { PATH, HOME, SystemRoot, NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, SystemRoot, NODE_COMPILE_CACHE };
}

/** For the runner of the tests: what it was given, and what it adds. */
export function environmentWith(
  variables: Record<string, string>,
): Record<string, string | undefined> {
  return { ...process.env, ...variables };
}
