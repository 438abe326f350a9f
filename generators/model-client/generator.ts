import { defineGenerator, own } from '../../src/define-generator.ts';
import { ORIGIN_MAX_LENGTH, ORIGIN_PATTERN, originProblem } from '../integration/origin.ts';
import { shard } from './build/shard.ts';

export default defineGenerator({
  id: 'model-client',
  summary: 'A client of a model provider: scanned prompts, a budget per tenant, untrusted answers',
  kind: 'module',
  named: { message: 'What is the model for', example: 'assistant' },
  specimen: 'acme-specimen',
  questions: [
    {
      kind: 'text',
      key: 'baseUrl',
      message: 'Where is the provider (an https origin, without a path)',
      help: 'The https origin of a provider of the Messages API, such as https://api.anthropic.com.',
      default: 'https://api.anthropic.com',
      maxLength: ORIGIN_MAX_LENGTH,
      pattern: {
        source: ORIGIN_PATTERN,
        sentence:
          'must be an https origin such as https://api.anthropic.com: a name in lower case, no address, user or path',
      },
      check: originProblem,
    },
  ],
  requires: ['app'],
  files: [own('**'), own('infra/**', { with: 'infra' })],
  builds: { 'security/egress/model-client-acme-specimen.json': shard },
  packages: {
    'services/api/package.json': {
      'dependencies.cockatiel': '4.0.0',
      'dependencies.eventsource-parser': '4.1.3',
    },
  },
  environment: [],
  registers: { migrations: true, infra: 'modelClientAcmeSpecimen' },
  controls: ['AUTHZ-1', 'HOOK-4', 'HOOK-6', 'OBS-1', 'SUPPLY-6'],
  nextSteps: ({ module, name }) => [
    `npm run secrets -- set model-clients/${name}/key < key.txt`,
    `Read services/api/modules/${module}/README.md: where to call it, and what a tenant may spend`,
  ],
});
