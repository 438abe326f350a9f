import { defineConfig } from 'vitest/config';

// Nothing here is about time: a machine that does much else is no failure.
const MINUTES = 60_000;
const PATIENCE = { testTimeout: 2 * MINUTES, hookTimeout: 2 * MINUTES };
const LONG_PATIENCE = { testTimeout: 20 * MINUTES, hookTimeout: 20 * MINUTES };

const everywhere = ['**/fixtures/**', '**/node_modules/**', '**/dist/**', '**/__snapshots__/**'];

export default defineConfig({
  test: {
    setupFiles: ['test/support/seed.ts'],
    // One would stay idle otherwise, which is half of a small machine.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...everywhere, 'test/examples/**', 'test/e2e/**', '**/*.e2e.test.ts'],
          ...PATIENCE,
        },
      },
      {
        extends: true,
        test: {
          name: 'examples',
          include: ['test/examples/**/*.test.ts'],
          exclude: [...everywhere, '**/*.e2e.test.ts'],
          ...LONG_PATIENCE,
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: ['test/**/*.e2e.test.ts'],
          exclude: [...everywhere, 'test/guard/**'],
          ...LONG_PATIENCE,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/guard/**/*.e2e.test.ts'],
          exclude: everywhere,
          ...LONG_PATIENCE,
          // They install packages, start servers and measure: two at once would disturb each other.
          fileParallelism: false,
        },
      },
    ],
  },
});
