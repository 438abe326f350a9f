import { defineGenerator, own } from '../../src/define-generator.ts';

export default defineGenerator({
  id: 'health-check',
  summary: 'A probe with a time budget: run by operators, recorded, part of readiness',
  kind: 'module',
  named: { message: 'What does it check', example: 'search-index' },
  specimen: 'acme-specimen',
  questions: [],
  requires: ['app'],
  files: [own('**')],
  packages: {},
  environment: [
    {
      name: 'HEALTH_CHECK_ACME_SPECIMEN_BUDGET_MS',
      why: 'Milliseconds after which the probe counts as failed.',
      readBy: 'services/api/modules/health-check-acme-specimen/env.ts',
    },
  ],
  registers: { api: 'healthCheckAcmeSpecimen', env: true, migrations: true },
  controls: ['AUTHZ-1', 'OBS-1'],
  nextSteps: ({ module }) => [`Put what matters into services/api/modules/${module}/probe.ts`],
});
