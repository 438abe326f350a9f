import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';

/** Set by an injected statement that ran. */
const VARIABLE = 'CREATE_SECURE_APP_CANARY';

export interface Canary {
  /** The value with its canary, in the languages that could run it. */
  readonly arm: (value: string) => string;
  /** Nothing ran, nothing was polluted. */
  readonly expectAlive: () => void;
}

/** A canary in a folder: code that gets to run leaves a file, a variable or an exit behind. */
export function canaryIn(folder: string): Canary {
  const file = join(folder, 'canary-is-dead');
  const exit = vi.spyOn(process, 'exit').mockImplementation(((code: unknown) => {
    throw new Error(`process.exit(${String(code)}) was called`);
  }) as never);
  onTestFinished(() => exit.mockRestore());
  const statement = `process.env.${VARIABLE}=1;process.exit()`;
  return {
    arm: (value) => value.replaceAll('CANARY', value.includes('$(') ? `touch ${file}` : statement),
    expectAlive: () => {
      expect(existsSync(file)).toBe(false);
      expect(process.env[VARIABLE]).toBeUndefined();
      expect(exit).not.toHaveBeenCalled();
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  };
}
