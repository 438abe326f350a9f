import { describe, expect, test } from 'vitest';
import { concerns, kindOf } from '../../src/check/kinds.ts';
import { rulesForOthers, rulesForOurs } from '../../src/check/rules.ts';

const KINDS = {
  shipped: [
    'src/a.ts',
    'Dockerfile',
    'docker-compose.prod.yml',
    '.env',
    '.env.production',
    'lib/latest.ts',
    'src/contest/a.ts',
    'config/default.ts',
    'k8s/deployment.yaml',
    'src/guards/roles.guard.ts',
    'src/user.service.ts',
    'src/users.js',
  ],
  test: [
    'test/a.ts',
    'src/__tests__/a.ts',
    'src/a.test.ts',
    'src/a.e2e-spec.ts',
    'cypress/support/a.js',
    'api.test.Dockerfile',
    'src/mail.mock.server.ts',
    'test/fixtures/package-lock.json',
    '.env.test',
  ],
  prose: [
    'README.md',
    'docs/app.ts',
    'src/locales/en.json',
    'public/index.html',
    'src/openapi.yaml',
  ],
  sample: [
    '.env.example',
    'env-example-relational',
    'config.sample.yml',
    'charts/app/templates/a.yaml',
  ],
  local: [
    'docker-compose.yml',
    'compose.dev.yaml',
    '.devcontainer/devcontainer.json',
    'Dockerfile.dev',
  ],
  pipeline: ['.github/workflows/ci.yml', '.travis.yml', '.gitlab-ci.yml', '.circleci/config.yml'],
  view: ['src/Page.tsx', 'src/use-session.ts', 'app.vue'],
  seed: ['prisma/seed.ts', 'db/seeds/users.js'],
  generated: ['yarn.lock', 'package-lock.json', 'public/app.min.js', 'src/a.d.ts', 'src/app.css'],
} as const;

describe.each(Object.entries(KINDS))('%s', (kind, paths) => {
  test.each(paths)('is %s', (path) => {
    expect(kindOf(path)).toBe(kind);
  });
});

test('a real credential is looked for everywhere but in what tools generate', () => {
  for (const kind of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
    expect(concerns('secret-known-format', kind)).toBe(true);
    expect(concerns('secret-provider-key', kind)).toBe(kind !== 'generated');
  }
});

test('what is shipped is judged by every rule, and every rule judges something', () => {
  for (const { id } of [...rulesForOthers, ...rulesForOurs])
    expect(concerns(id, 'shipped')).toBe(true);
});

test('others are asked for no decision of ours, and we for more than others', () => {
  const others = rulesForOthers.map(({ id }) => id);
  const ours = rulesForOurs.map(({ id }) => id);
  expect(ours.filter((id) => !others.includes(id)).sort()).toEqual([
    'default-role',
    'dependency-range',
    'machine-path',
    'npmrc-registry',
  ]);
  expect(others.filter((id) => !ours.includes(id))).toEqual(['dependency-unlocked']);
});
