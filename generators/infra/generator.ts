import { defineGenerator, managed, own } from '../../src/define-generator.ts';

export default defineGenerator({
  id: 'infra',
  summary: 'The Pulumi program that runs the project on AWS, and the proof of its least privilege',
  kind: 'module',
  questions: [],
  requires: ['app'],
  files: [own('**'), managed('infra/modules.ts')],
  packages: {
    'package.json': {
      'scripts.infra:test': 'npm --prefix infra ci --ignore-scripts && npm --prefix infra test',
    },
  },
  environment: [],
  registers: {},
  controls: ['SUPPLY-5'],
  nextSteps: () => ['Read infra/README.md: what it makes, what it costs, how to deploy it'],
});
