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

/** For a command that a test runs: where programs are, and no setting of whoever runs the test. */
export function bareEnvironment(): Record<string, string | undefined> {
  const { PATH, HOME, SystemRoot } = process.env;
  return { PATH, HOME, SystemRoot };
}
