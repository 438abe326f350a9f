import { defineConfig } from 'vitest/config';

const everywhere = ['**/fixtures/**', '**/node_modules/**', '**/dist/**', '**/__snapshots__/**'];

export default defineConfig({
  test: {
    setupFiles: ['test/support/seed.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...everywhere, 'test/examples/**', 'test/e2e/**', '**/*.e2e.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'examples',
          include: ['test/examples/**/*.test.ts'],
          exclude: [...everywhere, '**/*.e2e.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/**/*.e2e.test.ts'],
          exclude: everywhere,
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // They install packages, start servers and measure: two at once would disturb each other.
          fileParallelism: false,
        },
      },
    ],
  },
});
