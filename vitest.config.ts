import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { SLOW_PROOFS } from './test/ledger/slow-proofs.ts';

// Nothing here is about time: a machine that does much else is no failure.
const MINUTES = 60_000;
const PATIENCE = { testTimeout: 2 * MINUTES, hookTimeout: 2 * MINUTES };
const LONG_PATIENCE = { testTimeout: 20 * MINUTES, hookTimeout: 20 * MINUTES };

// The proofs of emitted code run within emitted projects.
const everywhere = [
  'test/proofs/**',
  '**/fixtures/**',
  '**/node_modules/**',
  '**/dist/**',
  '**/__snapshots__/**',
];

// `npm run prove` names those that are due. The others have passed with everything that they depend on as it is now.
const due = new Set((process.env['PROOFS_DUE'] ?? '').split(','));
const notDue = Object.entries(SLOW_PROOFS)
  .filter(([file, { isSized }]) => !isSized && !due.has(file))
  .map(([file]) => file);

// A folder that `.ci/run` reads the times of all test files from.
const reports = process.env['TEST_REPORTS'];

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/seed.ts'],
    reporters: reports
      ? ['default', ['json', { outputFile: join(reports, 'vitest.json') }]]
      : ['default'],
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
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/**/*.e2e.test.ts'],
          exclude: [...everywhere, ...notDue],
          ...LONG_PATIENCE,
        },
      },
    ],
  },
});
