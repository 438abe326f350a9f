import { defineGenerator, own } from '../../src/define-generator.ts';

export default defineGenerator({
  id: 'notes',
  summary: 'The worked example: one route family from access to audit, with ALLOW and DENY cases',
  kind: 'module',
  questions: [],
  requires: ['app'],
  files: [own('**')],
  packages: {},
  environment: [],
  registers: { api: 'notes', migrations: true },
  controls: ['AUTHZ-1', 'OBS-1'],
  nextSteps: () => ['Read services/api/modules/notes/README.md, the shortest way into the code'],
});
